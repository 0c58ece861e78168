"""Which functions state the shapes of their arrays; what exists once stays one."""

import re
from collections import Counter

import pytest

from text_recognizer.tests.repository import ROOT, modules
from text_recognizer.tests.shapes import (
    array_aliases,
    functions_without_shapes,
)

MAX_MODULES_IN_A_FOLDER = 15


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


def test_softmax_is_written_once() -> None:
    """By the sum of exponentials that it divides by."""
    written = {
        name
        for name, path in modules().items()
        if re.search(r"np\.exp\(.*\.sum\(|logsumexp|logaddexp\.reduce", path.read_text(encoding="utf-8"))
    }
    assert written == {"text_recognizer.decoding.probabilities"}


def test_folders_stay_small() -> None:
    folders = Counter(path.parent for path in modules().values() if path.name != "__init__.py")
    large = {path.relative_to(ROOT).as_posix() for path, n in folders.items() if n > MAX_MODULES_IN_A_FOLDER}
    assert large == set()
