"""`manifest.tsv` of a copy of IAM: one row for each line, also where the xml of its form is missing."""

import csv
import itertools
from dataclasses import dataclass
from pathlib import Path

from text_recognizer.datasets.iam.form import Form, FormLine, line_image
from text_recognizer.errors import DataError


@dataclass(frozen=True)
class ManifestRow:
    """One line of handwriting as a manifest describes it.

    ```python
    from text_recognizer.datasets.iam.manifest import ManifestRow

    row = ManifestRow("a01-000u-00", writer="000", part="train", source="iam", text="A MOVE to stop")
    print(row.form)
    ```

    Attributes:
        id: Such as `a01-000u-00`.
        writer: The writer's id; empty if the manifest has no column `writer`.
        part: Its part of the Aachen split: `train`, `val`, `test`, or `-` for none.
        source: How the image was obtained.
        text: In natural spelling.
    """

    id: str
    writer: str
    part: str
    source: str
    text: str

    @property
    def form(self) -> str:
        """The form of the line, such as `a01-000u`."""
        return self.id.rpartition("-")[0]


def read_manifest(root: Path) -> list[ManifestRow]:
    """Return the rows of `<root>/manifest.tsv` in their order; none if there is no such file.

    Raises:
        DataError: If a column is missing.
    """
    path = root / "manifest.tsv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        try:
            return [
                ManifestRow(
                    row["line_id"], row.get("writer") or "", row["aachen"], row["image_source"], row["text"]
                )
                for row in rows
            ]
        except KeyError as error:
            raise DataError(
                f"{path} has no column {error}; it needs line_id, aachen, image_source and text."
            ) from error


def forms_of_manifest(rows: list[ManifestRow], root: Path) -> dict[str, Form]:
    """Return forms of which only lines are known, by id: without page image and boxes."""
    forms = {}
    for form_id, group in itertools.groupby(sorted(rows, key=lambda row: row.id), lambda row: row.form):
        listed = list(group)
        lines = tuple(
            FormLine(row.id, row.text, None, (), line_image(root, row.id), row.source) for row in listed
        )
        forms[form_id] = Form(form_id, listed[0].writer, None, lines)
    return forms
