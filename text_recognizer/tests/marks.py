"""What makes a test file expensive, read off its imports: what `tasks/test.sh --fast` leaves out."""

import functools
import re
from pathlib import Path

from text_recognizer.tests.repository import PACKAGES, ROOT

TRAINING = {"keras", "tensorflow"}
STARTS_PROCESSES = {"multiprocessing", "nbclient", "subprocess"}
BROWSER_TESTS = ROOT / "api" / "tests" / "web"

# Parsing every file would take each process of the suite seconds, and the names are all that marks need.
_IMPORT = re.compile(r"^ *(?:import ([\w.]+)|from ([\w.]+) import (\([^)]*\)|.*))", re.MULTILINE)


@functools.cache
def marks_of(path: Path) -> frozenset[str]:
    """Return the marks of the tests in the file at `path`.

    - `keras`: what it imports reaches Keras or TensorFlow, through whatever modules of the repository;
    - `process`: it, a helper of the tests that it imports, or a conftest.py above it starts processes;
    - `browser`: it needs a browser.
    """
    conftests = [folder / "conftest.py" for folder in path.parents if folder.is_relative_to(ROOT)]
    read = {path, *(file for file in conftests if file.is_file())}
    names = {name for file in read for name in imports_of(file)}
    read |= {file for file in map(file_of, names) if file is not None and "tests" in file.parts}
    holds = {
        "keras": needs_keras(names),
        "process": any(STARTS_PROCESSES & imports_of(file) for file in read),
        "browser": path.is_relative_to(BROWSER_TESTS),
    }
    return frozenset(name for name, held in holds.items() if held)


def needs_keras(names: set[str]) -> bool:
    """Tell whether importing `names` imports Keras or TensorFlow."""
    return bool(TRAINING & reachable(names))


def reachable(names: set[str]) -> set[str]:
    """Return `names` and all that they import, directly or through modules of the repository."""
    seen: set[str] = set()
    waiting = set(names)
    while waiting:
        name = waiting.pop()
        seen.add(name)
        file = file_of(name)
        waiting |= (imports_of(file) if file else frozenset()) - seen
    return seen


@functools.cache
def imports_of(path: Path) -> frozenset[str]:
    """Return the names that a file imports anywhere, and the packages that they lie in."""
    return names_imported(path.read_text(encoding="utf-8"))


def names_imported(source: str) -> frozenset[str]:
    """Return the names that `source` imports anywhere, and the packages that they lie in."""
    names = set()
    for plain, module, imported in _IMPORT.findall(source):
        names |= {plain or module, *(f"{module}.{name}" for name in re.findall(r"\w+", imported) if module)}
    return frozenset(prefix for name in names for prefix in _prefixes(name))


def _prefixes(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[: i + 1]) for i in range(len(parts))]


@functools.cache
def file_of(name: str) -> Path | None:
    """Return the file of the module `name`, if it is one of the repository."""
    if name.partition(".")[0] not in PACKAGES:
        return None
    place = ROOT.joinpath(*name.split("."))
    return next((file for file in (place / "__init__.py", place.with_suffix(".py")) if file.is_file()), None)
