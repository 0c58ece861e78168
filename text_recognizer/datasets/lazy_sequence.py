"""Sequences whose items are not in memory: generated when asked for, or those of other sequences in a row."""

import bisect
import itertools
from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar, overload

Item = TypeVar("Item")


class _Lazy(Sequence[Item], Generic[Item]):
    """A sequence of known length whose subclass makes item i; a slice of it is lazy too."""

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
            indices = range(self._length)[index]
            return Generated(len(indices), lambda i: self._item(indices[i]))
        return self._item(range(self._length)[index])

    @abstractmethod
    def _item(self, index: int) -> Item:
        """Return item 0 <= index < length."""


class Generated(_Lazy[Item]):
    """Items that a function makes, each time anew: of one index it must always make the same item.

    ```python
    from text_recognizer.datasets.lazy_sequence import Generated

    squares = Generated(1_000_000, lambda i: i * i)
    print(squares[3], len(squares[10:20]))
    ```
    """

    def __init__(self, length: int, generate: Callable[[int], Item]) -> None:
        """Set the number of items and the function that makes item 0 <= i < length."""
        super().__init__(length)
        self._generate = generate

    def _item(self, index: int) -> Item:
        return self._generate(index)


class Chained(_Lazy[Item]):
    """The items of several sequences, one sequence behind the other, without a copy.

    ```python
    from text_recognizer.datasets.lazy_sequence import Chained

    print(list(Chained(["ab", "c"])))
    ```
    """

    def __init__(self, parts: Sequence[Sequence[Item]]) -> None:
        """Set the sequences, whose lengths must not change."""
        self._parts = [part for part in parts if len(part)]
        self._ends = list(itertools.accumulate(map(len, self._parts)))
        super().__init__(self._ends[-1] if self._ends else 0)

    def _item(self, index: int) -> Item:
        part = bisect.bisect_right(self._ends, index)
        return self._parts[part][index - (self._ends[part - 1] if part else 0)]
