"""Tables in Markdown files that a command writes, between two comments that name it."""

from pathlib import Path

from text_recognizer.errors import ConfigError
from text_recognizer.files import write_atomically

DOCS = Path(__file__).parents[2] / "docs"


def with_block(text: str, begin: str, end: str, markdown: str) -> str:
    """Return `text` with `markdown` between the lines `begin` and `end`.

    Raises:
        ConfigError: If one of the two lines is missing.
    """
    if begin not in text or end not in text:
        raise ConfigError(f"One of the lines {begin!r} and {end!r} is missing. Put it back.")
    before, rest = text.split(begin, 1)
    return f"{before}{begin}\n{markdown}\n{end}{rest.split(end, 1)[1]}"


def rewrite_block(path: Path, begin: str, end: str, markdown: str) -> None:
    """Put `markdown` between the two lines of a file, atomically.

    Raises:
        ConfigError: If one of the two lines is missing.
    """
    write_atomically(path, with_block(path.read_text(encoding="utf-8"), begin, end, markdown))
