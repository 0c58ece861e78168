"""Word recognition of ICDAR 2013 and 2015 (challenges 2.3 and 4.3): files `word_1.png, "text"`.

Source: https://rrc.cvc.uab.es, "Robust Reading Competition". The training images come with `gt.txt`; the
test images and `Challenge2_Test_Task3_GT.txt` or `Challenge4_Test_Task3_GT.txt` are two downloads.
"""

import re
from pathlib import Path

from text_recognizer.datasets.labelled.images import LabelledFolder, images_of_files
from text_recognizer.errors import DataError

FORM = "ICDAR"

_LABELS = ("gt.txt", "Challenge2_Test_Task3_GT.txt", "Challenge4_Test_Task3_GT.txt")
_ROW = re.compile(r'(?P<name>[^,"]+\.\w+)\s*,\s*"(?P<text>.*)"\s*')


def icdar_labels(folder: Path) -> Path | None:
    """Return the file with the texts of the images of `folder`; None if there is none."""
    return next((path for name in _LABELS if (path := folder / name).is_file()), None)


def read_icdar(labels: Path) -> LabelledFolder:
    r"""Return the words of a file of texts; a quotation mark within a text is written `\"`.

    Args:
        labels: From `icdar_labels`; the images lie beside it.

    Raises:
        DataError: If a row has another form.
    """
    rows = []
    # The files of 2015 begin with a byte order mark.
    for row in labels.read_text(encoding="utf-8-sig", errors="replace").splitlines():
        if not row.strip():
            continue
        match = _ROW.fullmatch(row)
        if match is None:
            raise DataError(f"Expected rows 'word_1.png, \"text\"' in {labels}; received {row[:80]!r}.")
        rows.append((match["name"].strip(), re.sub(r'\\(["\\])', r"\1", match["text"])))
    return images_of_files(FORM, labels, rows, [])
