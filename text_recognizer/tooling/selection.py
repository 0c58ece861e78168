"""A few of many items, at equal distances."""

import argparse
from collections.abc import Sequence
from typing import TypeVar

from text_recognizer.errors import ConfigError, DataError

Item = TypeVar("Item")


def spread(items: Sequence[Item], limit: int | None) -> list[Item]:
    """Return `limit` items at equal distances, or all of them if `limit` is None or larger.

    Raises:
        ConfigError: If the limit is below 1.
        DataError: If there is no item at all.
    """
    if limit is not None and limit < 1:
        raise ConfigError(f"A limit of {limit} leaves no items; name 1 or more, or none for all.")
    if not items:
        raise DataError("The split holds no items. Choose another --split, or another copy of the data.")
    count = len(items) if limit is None else min(limit, len(items))
    return [items[i * len(items) // count] for i in range(count)]


def add_limit_argument(parser: argparse.ArgumentParser, help_text: str, default: int | None = None) -> None:
    """Add `--limit`, a whole number from 1 on."""
    shown = "all" if default is None else default
    parser.add_argument("--limit", type=_positive, default=default, help=f"{help_text}; default: {shown}")


def _positive(text: str) -> int:
    """Return a whole number from 1 on; argparse turns an ArgumentTypeError into its message and status 2."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} leaves no items; name 1 or more")
    return number
