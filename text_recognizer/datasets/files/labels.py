"""`labels.tsv`: which image of a folder shows which text."""

from pathlib import Path

from text_recognizer.errors import DataError

LABELS = "labels.tsv"

Rows = list[tuple[str, str]]


def read_labels(folder: Path, hint: str = "") -> Rows:
    r"""Return the rows `image<TAB>text` of `<folder>/labels.tsv`: path below the folder, and text as written.

    Args:
        folder: Holds the file; the images need not exist.
        hint: What to do if there is no such file; the end of the message.

    Raises:
        DataError: If the file is missing or damaged.
    """
    rows, damaged = parsed_labels(folder, hint=hint)
    if damaged:
        path = folder / LABELS
        row = path.read_text(encoding="utf-8-sig").splitlines()[damaged[0] - 1]
        raise DataError(f"Expected rows 'image<TAB>text' in {path}; received {row[:80]!r}.")
    return rows


def parsed_labels(folder: Path, file: str = LABELS, hint: str = "") -> tuple[Rows, list[int]]:
    """Return the rows of a table of two columns, and the numbers, from 1, of those that are none.

    Args:
        folder: Holds the file.
        file: Name of the table.
        hint: What to do if there is no such file; the end of the message.

    Raises:
        DataError: If the file is missing or is not encoded in UTF-8.
    """
    path = folder / file
    if not path.is_file():
        raise DataError(f"There is no {file} in {folder}. {hint}".rstrip())
    try:
        content = path.read_text(encoding="utf-8-sig")  # some editors write a byte order mark
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is not encoded in UTF-8: {error}. Save it again.") from error
    rows, damaged = [], []
    for number, row in enumerate(content.splitlines(), 1):
        name, tab, text = row.partition("\t")
        if tab:
            rows.append((name, text))
        else:
            damaged.append(number)
    return rows, damaged
