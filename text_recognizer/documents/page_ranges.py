"""Which pages of a document are wanted: `1-3,7,10-`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from text_recognizer.errors import InvalidInputError

_RANGE = re.compile("([0-9]+)(?:(-)([0-9]*))?")


@dataclass(frozen=True)
class PageRanges:
    """Pages by number, from 1 on.

    ```python
    from text_recognizer.documents.page_ranges import PageRanges

    print(PageRanges.parse("1-3,7-").of(8))  # [1, 2, 3, 7, 8]
    ```

    Attributes:
        ranges: First and last page of each; a last page of None is that of the document. No range: all pages.
    """

    ranges: tuple[tuple[int, int | None], ...] = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the pages that a text like `1-3,7,10-` names.

        Raises:
            InvalidInputError: If it names none, or a range ends before it begins.
        """
        return cls(tuple(_parsed(text)))

    def of(self, count: int) -> list[int]:
        """Return the pages that a document of `count` pages has of these, in the document's order."""
        if not self.ranges:
            return list(range(1, count + 1))
        wanted: set[int] = set()
        for first, last in self.ranges:
            wanted.update(range(first, min(count, last or count) + 1))
        return sorted(wanted)


def _parsed(text: str) -> Iterator[tuple[int, int | None]]:
    for part in text.split(","):
        match = _RANGE.fullmatch(part.strip(" "))
        first, dash, last = match.groups() if match else ("0", None, None)
        end = int(last) if last else None if dash else int(first)
        if int(first) < 1 or (end is not None and end < int(first)):
            raise InvalidInputError(f"Expected pages like 1-3,7,10-; received {text!r}.")
        yield int(first), end
