"""Light reader of an IAM folder, also of one that holds a single split or no manifest."""

import csv
import html
import logging
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path

from evaluation.texts import TextItem
from text_recognizer.datasets.iam.form import Form, read_form
from text_recognizer.errors import DataError

logger = logging.getLogger(__name__)

# Names of our splits in the Aachen (RWTH) partition.
_PARTS = {"train": "train", "validation": "val", "test": "test"}


@dataclass(frozen=True)
class LineRow:
    """One line as the texts of this copy describe it.

    Attributes:
        id: Such as `a01-000u-00`.
        part: `train`, `val`, `test` or `-` where a manifest says so; empty otherwise.
        source: Where the image comes from: the manifest's `image_source`, else `iam`.
        text: Natural spelling.
    """

    id: str
    part: str
    source: str
    text: str


class IamFolder:
    """An IAM folder: texts of `manifest.tsv` or `xml/`, splits of `splits/aachen/` or the manifest."""

    def __init__(self, root: Path) -> None:
        """Read the texts.

        Raises:
            DataError: If there is neither a manifest nor a form.
        """
        self.root = root
        manifest = root / "manifest.tsv"
        self.rows = _manifest_rows(manifest) if manifest.is_file() else _xml_rows(root / "xml")
        if not self.rows:
            raise DataError(f"Expected manifest.tsv or xml/*.xml in {root}; found no line of text.")

    def line_ids(self, split: str) -> list[str]:
        """Return the ids of the lines of `split`, whether their images are here or not.

        Raises:
            DataError: If this copy does not say which lines belong to which split.
        """
        path = self.root / "splits" / "aachen" / f"{_PARTS[split]}.txt"
        if path.is_file():
            return path.read_text(encoding="utf-8").split()
        if not any(row.part for row in self.rows.values()):
            raise DataError(f"Expected {path} or a column 'aachen' in manifest.tsv; found neither.")
        return [row.id for row in self.rows.values() if row.part == _PARTS[split]]

    def lines(self, split: str) -> tuple[list[TextItem], int]:
        """Return the lines of `split` that have text and image, and how many lack one."""
        ids = self.line_ids(split)
        items = [
            TextItem(row.id, row.source, path, row.text)
            for line_id in ids
            if (row := self.rows.get(line_id)) is not None and (path := self.line_image(line_id)).is_file()
        ]
        return items, len(ids) - len(items)

    def line_image(self, line_id: str) -> Path:
        """Return where the image of a line belongs; it may be missing."""
        form_id = line_id.rpartition("-")[0]
        return self.root / "lines" / form_id.partition("-")[0] / form_id / f"{line_id}.png"

    def forms(self, split: str) -> tuple[list[Form], int]:
        """Return the forms of `split` that have boxes and a page image, and how many lack one."""
        form_ids = sorted({line_id.rpartition("-")[0] for line_id in self.line_ids(split)})
        forms = [form for form_id in form_ids if (form := self._form(form_id)) is not None]
        return forms, len(form_ids) - len(forms)

    def _form(self, form_id: str) -> Form | None:
        path = self.root / "xml" / f"{form_id}.xml"
        if not path.is_file():
            return None
        try:
            form = read_form(path, self.root)
        except (ElementTree.ParseError, KeyError, ValueError) as error:
            logger.warning("Skipped %s: %s", path.name, error)
            return None
        return form if form.image_path is not None and any(line.words for line in form.lines) else None


def _manifest_rows(path: Path) -> dict[str, LineRow]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        try:
            return {
                row["line_id"]: LineRow(row["line_id"], row["aachen"], row["image_source"], row["text"])
                for row in rows
            }
        except KeyError as error:
            raise DataError(
                f"Expected the columns line_id, aachen, image_source and text in {path}; {error} is missing."
            ) from error


def _xml_rows(folder: Path) -> dict[str, LineRow]:
    rows = {}
    for path in sorted(folder.glob("*.xml")):
        try:
            for line in ElementTree.parse(path).getroot().iter("line"):  # nosec B314 # expat bounds entities
                # The official files escape quotes twice.
                text = html.unescape(line.attrib["text"])
                rows[line.attrib["id"]] = LineRow(line.attrib["id"], "", "iam", text)
        except (ElementTree.ParseError, KeyError) as error:
            logger.warning("Skipped %s: %s", path.name, error)
    return rows
