"""Values of options: text in, what it means out; argparse names the option of one that means nothing."""

import argparse
import re

from text_recognizer.documents.page_ranges import PageRanges
from text_recognizer.errors import InvalidInputError
from text_recognizer.formats import ALL_FORMATS

_SHORT_NAMES = {"txt": "text", "md": "markdown"}


def formats(text: str) -> tuple[str, ...]:
    """Return the formats that `txt,json` names.

    Raises:
        ArgumentTypeError: If there is no such format.
    """
    names = tuple(dict.fromkeys(_SHORT_NAMES.get(name, name) for name in text.split(",")))
    if unknown := [name for name in names if name not in ALL_FORMATS]:
        raise argparse.ArgumentTypeError(
            f"expected some of {', '.join(ALL_FORMATS)}; received {unknown[0]!r}"
        )
    return names


def page_ranges(text: str) -> PageRanges:
    """Return the pages that `1-3,7,10-` names.

    Raises:
        ArgumentTypeError: If it names none.
    """
    try:
        return PageRanges.parse(text)
    except InvalidInputError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def shard(text: str) -> tuple[int, int]:
    """Return the share and the number of shares that `1/4` means.

    Raises:
        ArgumentTypeError: If it means none.
    """
    match = re.fullmatch(r"(\d+)/(\d+)", text)
    index, count = (int(match[1]), int(match[2])) if match else (0, 0)
    if not 1 <= index <= count:
        raise argparse.ArgumentTypeError(f"expected I/N, as 1/4; received {text!r}")
    return index, count


def positive(text: str) -> int:
    """Return a whole number of at least 1.

    Raises:
        ArgumentTypeError: If it is none.
    """
    number = int(text) if text.isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"expected 1 or more; received {text!r}")
    return number
