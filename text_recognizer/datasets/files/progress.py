"""A progress bar for what takes long."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from tqdm import tqdm

Item = TypeVar("Item")


def progress(items: Iterable[Item], description: str, total: int | None = None) -> Iterator[Item]:
    """Yield the items and show on stderr how many have come; nothing unless stderr is a terminal.

    Args:
        items: What to iterate over.
        description: What stands before the bar.
        total: How many there are; None for `len(items)` if there is one.
    """
    # None: only on a terminal
    yield from tqdm(items, desc=description, total=total, disable=None, leave=False)
