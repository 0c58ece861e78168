"""The types of the module that module.c defines; what its arguments mean is said in twin.py."""

from collections.abc import Callable

from text_recognizer.arrays import Flags, Floats, Indices, Reals

VERSION: int

def search(
    probabilities: Reals,
    labels: Indices,
    ends: Indices,
    classes: int,
    width: int,
    length_bonus: float,
    word_bonus: float,
    margin: float,
    model: tuple[Indices, Floats, Indices, int, Indices, Indices, Floats, Floats, int] | None,
    lexicon: tuple[Indices, Indices, Indices] | None,
    check: Callable[[], None] | None,
    /,
) -> list[int]: ...
def states(scores: Reals, may_skip: Flags, path: Indices, /) -> None: ...
def sum(probabilities: Reals, skips: Reals, forward: Reals, /) -> tuple[float, int]: ...
