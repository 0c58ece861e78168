"""Tables of the README that a command writes, between two comments that name it."""

import os
from pathlib import Path

README = Path(__file__).parents[2] / "README.md"


def with_block(text: str, begin: str, end: str, markdown: str) -> str:
    """Return `text` with `markdown` between the lines `begin` and `end`.

    Raises:
        ValueError: If one of the two lines is missing.
    """
    if begin not in text or end not in text:
        raise ValueError(f"Expected the lines {begin!r} and {end!r}; one is missing. Put them back.")
    before, rest = text.split(begin, 1)
    return f"{before}{begin}\n{markdown}\n{end}{rest.split(end, 1)[1]}"


def rewrite_block(begin: str, end: str, markdown: str, path: Path = README) -> None:
    """Put `markdown` between the two lines of a file, atomically.

    Raises:
        ValueError: If one of the two lines is missing.
    """
    temporary = path.with_suffix(".tmp")
    temporary.write_text(with_block(path.read_text(encoding="utf-8"), begin, end, markdown), encoding="utf-8")
    os.replace(temporary, path)
