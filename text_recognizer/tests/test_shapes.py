"""Arrays state their shapes, in types that are named in one place; what exists once stays one."""

import re
from collections import Counter

import pytest

from text_recognizer.tests.repository import ROOT, modules
from text_recognizer.tests.shapes import (
    ALIASES,
    array_aliases,
    arrays_without_shapes,
    functions_without_shapes,
    modules_with_array_aliases,
)

MAX_MODULES_IN_A_FOLDER = 15
REPLACES = {
    "text_recognizer.files": "files and folders, whole or not at all",
    "text_recognizer.datasets.files.archive": "an unpacked folder takes its place",
    "text_recognizer.datasets.files.fetch": "a download that may be continued becomes the file",
    "text_recognizer.datasets.pages.page_images": "a damaged file is put aside under another name",
}


def test_aliases_fix_axes_unless_they_leave_all_open() -> None:
    source = 'A: TypeAlias = Annotated[npt.NDArray[np.uint8], "H W", "ink"]\nB = npt.NDArray[np.int64]\n'
    source += 'C: TypeAlias = Annotated[npt.NDArray[np.int64], "*axes", "numbers"]\nD = list[int]\n'
    assert array_aliases(source) == {"A": True, "B": False, "C": False}


@pytest.mark.parametrize(
    ("function", "stated"),
    [
        ("def f(x: A) -> None: ...", True),
        ("def f(x: Sequence[C]) -> None: ...", False),
        ("def f(x: int) -> npt.NDArray[np.int8]: ...", False),
        ('def f(x: int) -> C:\n    """Return (H, W)."""', True),
        ('def f(x: int) -> C:\n    """Return (N,), and (..., C)."""', True),
        ('def f(x: int) -> C:\n    """Return it (as ever, whole)."""', False),
        ('class D:\n    """Holds (N, 2)."""\n    def __init__(self, x: C) -> None: ...', True),
        ("def f(x: int) -> int: ...", True),
    ],
)
def test_a_shape_is_stated_by_type_or_docstring(function: str, stated: bool) -> None:
    assert (list(functions_without_shapes(function, {"A": True, "C": False})) == []) is stated


@pytest.mark.slow
def test_every_function_of_arrays_states_a_shape() -> None:
    assert arrays_without_shapes() == set()


@pytest.mark.slow
def test_array_types_are_named_in_one_place() -> None:
    assert modules_with_array_aliases() == {ALIASES}


def test_softmax_is_written_once() -> None:
    """By the sum of exponentials that it divides by."""
    written = {
        name
        for name, path in modules().items()
        if re.search(r"np\.exp\(.*\.sum\(|logsumexp|logaddexp\.reduce", path.read_text(encoding="utf-8"))
    }
    assert written == {"text_recognizer.decoding.probabilities"}


def test_files_are_replaced_in_one_place() -> None:
    replaced = re.compile(r"\bos\.(?:replace|rename)\(|mkstemp\(|\.rename\(|\.replace\((?:path|target)\)")
    assert {n for n, path in modules().items() if replaced.search(path.read_text(encoding="utf-8"))} == set(
        REPLACES
    )


def test_folders_stay_small() -> None:
    folders = Counter(path.parent for path in modules().values() if path.name != "__init__.py")
    large = {path.relative_to(ROOT).as_posix() for path, n in folders.items() if n > MAX_MODULES_IN_A_FOLDER}
    assert large == set()
