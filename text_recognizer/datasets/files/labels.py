"""`labels.tsv`: which image of a folder shows which text."""

from pathlib import Path

from text_recognizer.errors import DataError

LABELS = "labels.tsv"


def read_labels(folder: Path, hint: str = "") -> list[tuple[str, str]]:
    r"""Return the rows `image<TAB>text` of `<folder>/labels.tsv`: path below the folder, and text as written.

    Args:
        folder: Holds the file; the images need not exist.
        hint: What to do if there is no such file; the end of the message.

    Raises:
        DataError: If the file is missing or damaged.
    """
    path = folder / LABELS
    if not path.is_file():
        raise DataError(f"There is no {LABELS} in {folder}. {hint}".rstrip())
    try:
        content = path.read_text(encoding="utf-8-sig")  # some editors write a byte order mark
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is not encoded in UTF-8: {error}. Save it again.") from error
    rows = []
    for row in content.splitlines():
        name, tab, text = row.partition("\t")
        if not tab:
            raise DataError(f"Expected rows 'image<TAB>text' in {path}; received {row[:80]!r}.")
        rows.append((name, text))
    return rows
