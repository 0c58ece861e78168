"""The wheel: small, with the default models and no others, and enough to read a page."""

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from text_recognizer.character_predictor import DEFAULT_CHARACTER_MODEL
from text_recognizer.decoding.language_model.languages import LANGUAGE_MODELS
from text_recognizer.inference.artifacts import CARD
from text_recognizer.line_detector import DEFAULT_DETECTOR_MODEL
from text_recognizer.line_predictor import DEFAULT_LINE_MODEL
from text_recognizer.tests.repository import ROOT

MAX_WHEEL_BYTES = 8_000_000
SAMPLE = ROOT / "data" / "sample" / "sample_page.png"

pytestmark = pytest.mark.process


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of this checkout, built in a copy of it: setuptools leaves its work beside the sources."""
    pytest.importorskip("setuptools", "77", reason="builds the wheel")
    copy, out = tmp_path_factory.mktemp("checkout"), tmp_path_factory.mktemp("wheel")
    leave = shutil.ignore_patterns("__pycache__", "tests")
    for name in ("text_recognizer", "data/raw"):
        shutil.copytree(ROOT / name, copy / name, symlinks=True, ignore=leave)
    for name in ("pyproject.toml", "README.md", "LICENSE", "NOTICE.md"):
        shutil.copy(ROOT / name, copy)
    code = "import sys; from setuptools import build_meta; build_meta.build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", code, str(out)], cwd=copy, capture_output=True, check=True)
    (path,) = out.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def unpacked(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    yield folder
    shutil.rmtree(folder)


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Runs Python where the wheel is installed and the checkout is not."""
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    return subprocess.run(
        [sys.executable, *command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_the_wheel_is_small(wheel: Path) -> None:
    assert wheel.stat().st_size <= MAX_WHEEL_BYTES


def test_the_wheel_holds_the_default_models_and_nothing_to_train_on(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    weights = [Path(name).relative_to("text_recognizer/weights") for name in names if "/weights/" in name]
    assert {path.parts[0] for path in weights} == {
        DEFAULT_CHARACTER_MODEL,
        DEFAULT_DETECTOR_MODEL,
        DEFAULT_LINE_MODEL,
        *LANGUAGE_MODELS.values(),
    }
    assert {path.suffix for path in weights} == {".json", ".onnx", ".bin", ".txt", ".md"}
    assert {path.parts[0] for path in weights if path.name == CARD} == {path.parts[0] for path in weights}
    assert not [name for name in names if "/tests/" in name or name.split("/")[0] in ("api", "training")]


def test_the_default_models_of_the_wheel_work(unpacked: Path) -> None:
    code = (
        "import sys, text_recognizer as t\n"
        "from pathlib import Path\n"
        "assert Path(t.__file__).is_relative_to(Path.cwd()), t.__file__\n"
        "t.CharacterPredictor()\n"
        "print(t.ParagraphTextRecognizer().predict(Path(sys.argv[1])).text)"
    )
    done = run(unpacked, "-c", code, str(SAMPLE))
    assert done.returncode == 0, done.stderr
    expected = SAMPLE.with_suffix(".txt").read_text(encoding="utf-8").splitlines()
    assert len(done.stdout.splitlines()) == len(expected)


def test_a_model_that_the_wheel_lacks_is_said_to_come_with_a_clone(unpacked: Path) -> None:
    name = "LineModelCtc_IamLinesDataset_line_lstm_ctc"
    done = run(unpacked, "-m", "text_recognizer.cli", "recognize", "--weights", name, str(SAMPLE))
    assert done.returncode == 2
    assert "clone of the repository" in done.stderr
    assert "--weights-dir" in done.stderr
    clone = str(ROOT / "text_recognizer" / "weights")
    command = ("-m", "text_recognizer.cli", "recognize", "--weights", name, "--weights-dir", clone, "--lines")
    done = run(unpacked, *command, str(ROOT / "text_recognizer" / "tests" / "support" / "line_handlee.png"))
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
