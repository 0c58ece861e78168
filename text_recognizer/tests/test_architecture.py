"""The shape of the repository: its public names and its sizes."""

import ast
import importlib
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import text_recognizer
from text_recognizer.tests.repository import (
    PACKAGES,
    ROOT,
    TRAINING_HALF,
    import_graph,
    modules,
    within,
)

PACKAGE = "text_recognizer"
MAX_MODULE_LINES = 300
MAX_FUNCTION_LINES = 50

PUBLIC_NAMES = [
    "CharacterPrediction",
    "CharacterPredictor",
    "DocumentPrediction",
    "InvalidInputError",
    "LineDetector",
    "LinePrediction",
    "LinePredictor",
    "PagePrediction",
    "ParagraphTextRecognizer",
    "Region",
    "TextRecognizerError",
    "WordPrediction",
    "WordPredictor",
    "__version__",
    "recognize",
]


def test_public_names_are_these_and_exist() -> None:
    assert text_recognizer.__all__ == PUBLIC_NAMES
    assert all(hasattr(text_recognizer, name) for name in PUBLIC_NAMES)
    assert set(PUBLIC_NAMES) <= set(dir(text_recognizer))
    with pytest.raises(AttributeError, match="no attribute 'LineReader'"):
        _ = text_recognizer.LineReader  # type: ignore[attr-defined]


def test_the_package_imports_nothing_until_a_name_is_used() -> None:
    code = (
        "import sys, text_recognizer; before = [*sys.modules]; text_recognizer.LinePredictor\n"
        "own = [name for name in before if name.startswith('text_recognizer')]\n"
        "print(own, 'numpy' in before, 'onnxruntime' in sys.modules)"
    )
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert process.stdout == "['text_recognizer'] False True\n"


def test_installed_version_is_the_one_of_pyproject() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert text_recognizer.__version__ == project["version"]
    assert f"## [{project['version']}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_console_script_exists() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    module, _, function = project["scripts"]["text-recognizer"].partition(":")
    assert callable(getattr(importlib.import_module(module), function))


def test_every_folder_with_code_is_a_package() -> None:
    folders = {path.parent for package in PACKAGES for path in (ROOT / package).rglob("*.py")}
    assert not [folder for folder in folders if not (folder / "__init__.py").is_file()]


def test_modules_stay_short() -> None:
    lines = {name: path.read_text(encoding="utf-8").count("\n") for name, path in modules().items()}
    assert not {name: count for name, count in lines.items() if count > MAX_MODULE_LINES}


def test_functions_stay_short() -> None:
    long = {
        f"{name}.{node.name}": node.end_lineno - node.lineno + 1
        for name, path in modules().items()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.end_lineno is not None
    }
    assert not {name: lines for name, lines in long.items() if lines > MAX_FUNCTION_LINES}


def rings() -> dict[str, int]:
    """Return the ring of each room of the serving half, as ARCHITECTURE.md states them."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d) \| (.+) \|$", text, re.MULTILINE)
    return {room: int(ring) for ring, rooms in rows for room in re.findall(r"`(\w+)`", rooms)}


def test_imports_of_the_serving_half_go_to_lower_rings() -> None:
    graph = import_graph()
    serving = {name for name in graph if within(name, (PACKAGE,)) and not within(name, TRAINING_HALF)}
    rooms = {name: name.split(".")[1] for name in serving - {PACKAGE}}
    ring = rings()
    assert set(rooms.values()) == set(ring)
    arrows = {(rooms[name], rooms[other]) for name in rooms for other in graph[name] & rooms.keys()}
    upward = {(a, b) for a, b in arrows if a != b and ring[a] <= ring[b]}
    assert {(a, b) for a, b in upward if (ring[a], ring[b]) != (0, 0)} == set()


@pytest.mark.parametrize("path", sorted((ROOT / "data" / "raw").glob("*/")), ids=lambda path: path.name)
def test_raw_data_state_their_terms(path: Path) -> None:
    metadata = (path / "metadata.toml").read_text(encoding="utf-8")
    assert {"licence", "citation"} <= set(re.findall(r"^(\w+) = ", metadata, flags=re.MULTILINE))
    assert (path / "readme.md").is_file()
