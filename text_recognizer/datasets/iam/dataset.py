"""IAM Handwriting Database: forms, their lines, texts and boxes (Marti & Bunke 2002).

The one reader of IAM, in the official layout: `xml/*.xml`, `forms/*.{png,jpg}`, `lines/a01/a01-000u/*.png`
and the lists `splits/<name>/<part>.txt`, one line id each. Copies are often incomplete: missing images are
counted, a single list will do, and a `manifest.tsv` stands in for missing xml and lists.
"""

import collections
import logging
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from text_recognizer.arrays import InkImage
from text_recognizer.datasets.dataset import SPLIT_NAMES
from text_recognizer.datasets.files.download import unpack_raw
from text_recognizer.datasets.iam.form import Form, FormLine, read_form
from text_recognizer.datasets.iam.manifest import ManifestRow, forms_of_manifest, read_manifest
from text_recognizer.datasets.iam.splits import SPLIT_FILES, read_split
from text_recognizer.errors import DataError
from text_recognizer.geometry import Region
from text_recognizer.images.loading import load_image
from text_recognizer.tooling.data_root import raw_dir

logger = logging.getLogger(__name__)

_SAMPLE_STEP = 6  # every sixth row and column of a form: 24 of them fit into a contact sheet


@dataclass
class IamDataset:
    """The forms of an IAM copy and the part (train, validation or test) of each line.

    ```python
    from text_recognizer.datasets import IamDataset

    iam = IamDataset(split="lwitlrt")  # nothing is read before load_or_generate_data()
    print(iam.split, len(iam.forms))
    ```

    Args:
        split: `aachen` (the split of most papers) or `lwitlrt` (the official one); None for the first of
            them whose lists are here, which `split` names after loading.
        root: The folder to read; None for `iam/` of the mirror or of `<data root>/raw`.

    Attributes:
        forms: Form by id, filled by `load_or_generate_data`.
        split_of_line: `train`, `validation` or `test` by line id, in the order of the lists, also of lines
            that this copy lacks; lines of no split are absent.
        missing_images: How many lines of `forms` have no image here.
        broken_files: Names of files that could not be read.
    """

    split: str | None = None
    root: Path | None = None
    forms: dict[str, Form] = field(default_factory=dict, init=False)
    split_of_line: dict[str, str] = field(default_factory=dict, init=False)
    missing_images: int = field(default=0, init=False)
    broken_files: list[str] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        """Check the name of the split."""
        if self.split is not None and self.split not in SPLIT_FILES:
            raise DataError(f"Expected a split of {sorted(SPLIT_FILES)}; received {self.split!r}.")

    def load_or_generate_data(self) -> None:
        """Parse every form; archives that were put into the data root by hand are unpacked before.

        Raises:
            DataError: If there is no form, or no list of the split, or if writers of two splits overlap.
        """
        root = self.root or raw_dir("iam")
        manifest = read_manifest(root)
        if not manifest and not any((root / "xml").glob("*.xml")) and self.root is None:
            unpack_raw("iam")
        self.forms, self.broken_files = _read_forms(root)
        self._add(manifest, root)
        if not self.forms:
            raise DataError(
                f"{root} holds no IAM form: it has neither xml/*.xml nor manifest.tsv. "
                "See data/raw/iam/readme.md on how to get the data."
            )
        self.split, self.split_of_line = read_split(root, self.split, manifest)
        self.missing_images = sum(
            line.image_path is None for form in self.forms.values() for line in form.lines
        )
        self._check_writers()

    def _add(self, manifest: list[ManifestRow], root: Path) -> None:
        """Add the forms that only the manifest knows, and the sources of the images of the others."""
        source = {row.id: row.source for row in manifest}
        if source:
            for form in self.forms.values():
                lines = tuple(replace(line, source=source.get(line.id, line.source)) for line in form.lines)
                self.forms[form.id] = replace(form, lines=lines)
        self.forms |= forms_of_manifest([row for row in manifest if row.form not in self.forms], root)

    @property
    def line_regions_by_id(self) -> dict[str, list[Region]]:
        """Boxes of the lines of each form, in pixels of its image; lines without a box are left out."""
        return {
            form.id: [line.region for line in form.lines if line.region is not None]
            for form in self.forms.values()
        }

    @property
    def line_strings_by_id(self) -> dict[str, list[str]]:
        """Texts of the lines of each form, in the order of `line_regions_by_id`."""
        return {
            form.id: [line.text for line in form.lines if line.region is not None]
            for form in self.forms.values()
        }

    def lines(self, split: str) -> list[FormLine]:
        """Return the lines of `split` that have an image, in order of their ids."""
        return [
            line
            for form_id in sorted(self.forms)
            for line in self.forms[form_id].lines
            if line.image_path is not None and self.split_of_line.get(line.id) == split
        ]

    def unassigned_lines(self) -> list[FormLine]:
        """Return the lines with an image that are in no split, of writers of neither validation nor test.

        Lines whose writer is not known are left out.
        """
        taken = self._writers("validation") | self._writers("test")
        return [
            line
            for form_id, form in sorted(self.forms.items())
            if form.writer and form.writer not in taken
            for line in form.lines
            if line.image_path is not None and line.id not in self.split_of_line
        ]

    def split_of_form(self, form_id: str) -> str | None:
        """Return the split that holds lines of this form; None if there is none."""
        splits = {self.split_of_line.get(line.id) for line in self.forms[form_id].lines} - {None}
        return min(splits, default=None, key=str)

    def _writers(self, split: str) -> set[str]:
        """Return the known writers of a split."""
        return {
            form.writer
            for form in self.forms.values()
            if form.writer and any(self.split_of_line.get(line.id) == split for line in form.lines)
        }

    def _check_writers(self) -> None:
        for first, second in (("train", "validation"), ("train", "test"), ("validation", "test")):
            if both := self._writers(first) & self._writers(second):
                raise DataError(
                    f"Writers {sorted(both)} are in both {first} and {second} of split {self.split!r}, "
                    "which must not share any. Check the lists under splits/."
                )

    def samples(self, count: int) -> tuple[list[InkImage], list[str]]:
        """Return at most `count` forms at a sixth of their size, and a caption for each."""
        forms = [form for form in self.forms.values() if form.image_path is not None]
        chosen = forms[:: max(1, -(-len(forms) // count))]
        images = [
            255 - load_image(form.image_path)[::_SAMPLE_STEP, ::_SAMPLE_STEP]
            for form in chosen
            if form.image_path
        ]
        return images, [f"{form.id}, writer {form.writer}" for form in chosen]

    def describe(self) -> str:
        """Return counts as text."""
        texts = [line.text for form in self.forms.values() for line in form.lines]
        characters = collections.Counter("".join(texts))
        counts = {name: len(self.lines(name)) for name in SPLIT_NAMES}
        with_image = sum(form.image_path is not None for form in self.forms.values())
        return (
            f"IAM, split {self.split}: {len(self.forms)} forms ({with_image} with an image), lines with "
            f"an image {counts}, in no split {len(self.unassigned_lines())}; {self.missing_images} line "
            f"images missing, {len(self.broken_files)} files broken\n"
            f"{len(texts)} texts, mean length {np.mean([len(text) for text in texts]):.1f}, "
            f"{len(characters)} different characters: {''.join(sorted(characters))}"
        )


def _read_forms(root: Path) -> tuple[dict[str, Form], list[str]]:
    """Return the forms of `<root>/xml` by id, and the names of the files that cannot be read."""
    forms, broken = {}, []
    for path in sorted((root / "xml").glob("*.xml")):
        try:
            form = read_form(path, root)
        except (ElementTree.ParseError, KeyError, ValueError, OSError) as error:
            logger.warning("Skipped %s: %s", path.name, error)
            broken.append(path.name)
            continue
        forms[form.id] = form
    return forms, broken
