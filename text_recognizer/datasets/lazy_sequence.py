"""Sequences whose items are not in memory: drawn when asked for, or those of other sequences in a row."""

import bisect
import itertools
from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar, overload

Item = TypeVar("Item")


class _Lazy(Sequence[Item], Generic[Item]):
    """A sequence of known length whose subclass tells item i; a part of it is as lazy as the whole."""

    def __init__(self, length: int) -> None:
        self._length = length

    def __len__(self) -> int:
        """Return the number of items."""
        return self._length

    @overload
    def __getitem__(self, index: int) -> Item: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Item]: ...

    def __getitem__(self, index: int | slice) -> Item | Sequence[Item]:
        """Return one item or, of a slice, the items."""
        if isinstance(index, slice):
            places = range(self._length)[index]
            return Drawn(len(places), lambda i: self._item(places[i]))
        return self._item(range(self._length)[index])

    @abstractmethod
    def _item(self, index: int) -> Item:
        """Return item 0 <= index < length."""


class Drawn(_Lazy[Item]):
    """Items that a function makes, each time anew: it must always make the same of one number."""

    def __init__(self, length: int, draw: Callable[[int], Item]) -> None:
        """Take the number of items and what makes item 0 <= i < length."""
        super().__init__(length)
        self._draw = draw

    def _item(self, index: int) -> Item:
        return self._draw(index)


class Chained(_Lazy[Item]):
    """The items of several sequences, one sequence behind the other, without a copy."""

    def __init__(self, parts: Sequence[Sequence[Item]]) -> None:
        """Take the sequences, whose lengths must not change."""
        self._parts = [part for part in parts if len(part)]
        self._ends = list(itertools.accumulate(map(len, self._parts)))
        super().__init__(self._ends[-1] if self._ends else 0)

    def _item(self, index: int) -> Item:
        part = bisect.bisect_right(self._ends, index)
        return self._parts[part][index - (self._ends[part - 1] if part else 0)]
