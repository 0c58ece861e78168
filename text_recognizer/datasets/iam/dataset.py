"""IAM Handwriting Database: forms, their lines, texts and boxes (Marti & Bunke 2002).

Reads the official layout: `xml/*.xml`, `forms/*.{png,jpg}`, `lines/a01/a01-000u/*.png`, and the split
lists `splits/<name>/<part>.txt`, one line id each. Copies are often incomplete: missing images are
counted, not fatal.
"""

import collections
import logging
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from text_recognizer.arrays import InkImage
from text_recognizer.datasets.iam.form import Form, FormLine, read_form
from text_recognizer.errors import DataError
from text_recognizer.images.loading import load_image
from text_recognizer.tooling.data_root import raw_dir

logger = logging.getLogger(__name__)

# Files of splits/<name>/ that make each of our splits.
SPLIT_FILES: dict[str, dict[str, tuple[str, ...]]] = {
    "aachen": {"train": ("train",), "validation": ("val",), "test": ("test",)},
    "lwitlrt": {
        "train": ("trainset",),
        "validation": ("validationset1", "validationset2"),
        "test": ("testset",),
    },
}


@dataclass
class IamDataset:
    """The forms of an IAM copy and the split of each line.

    Args:
        split: `aachen` (the research split) or `lwitlrt` (the official one).

    Attributes:
        forms: Form by id, filled by `load_or_generate_data`.
        split_of_line: `train`, `validation` or `test` by line id; lines of no split are absent.
        missing_images: How many lines of `forms` have no image here.
        broken_files: Names of files that could not be read.
    """

    split: str = "aachen"
    forms: dict[str, Form] = field(default_factory=dict, init=False)
    split_of_line: dict[str, str] = field(default_factory=dict, init=False)
    missing_images: int = field(default=0, init=False)
    broken_files: list[str] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        """Check the name of the split."""
        if self.split not in SPLIT_FILES:
            raise DataError(f"Expected a split of {sorted(SPLIT_FILES)}; received {self.split!r}.")

    def load_or_generate_data(self) -> None:
        """Parse every form.

        Raises:
            DataError: If the folder or a split list is missing, or if writers of two splits overlap.
        """
        root = raw_dir("iam")
        xml_files = sorted((root / "xml").glob("*.xml"))
        if not xml_files:
            raise DataError(
                f"Expected the IAM folders xml/, forms/, lines/ and splits/ in {root}; found no xml/*.xml. "
                "See data/raw/iam/readme.md on how to get them."
            )
        self.split_of_line = _read_splits(root / "splits" / self.split, SPLIT_FILES[self.split])
        for path in xml_files:
            try:
                form = read_form(path, root)
            except (ElementTree.ParseError, KeyError, ValueError, OSError) as error:
                logger.warning("Skipped %s: %s", path.name, error)
                self.broken_files.append(path.name)
                continue
            self.forms[form.id] = form
        self.missing_images = sum(
            line.image_path is None for form in self.forms.values() for line in form.lines
        )
        self._check_writers()

    def lines(self, split: str) -> list[FormLine]:
        """Return the lines of `split` that have an image, in order of their ids."""
        return [
            line
            for form_id in sorted(self.forms)
            for line in self.forms[form_id].lines
            if line.image_path is not None and self.split_of_line.get(line.id) == split
        ]

    def unassigned_lines(self) -> list[FormLine]:
        """Return the lines with an image that are in no split and whose writer no other split has."""
        taken = self._writers("validation") | self._writers("test")
        return [
            line
            for form_id, form in sorted(self.forms.items())
            if form.writer not in taken
            for line in form.lines
            if line.image_path is not None and line.id not in self.split_of_line
        ]

    def split_of_form(self, form_id: str) -> str | None:
        """Return the split that holds lines of this form; None if there is none."""
        splits = {self.split_of_line.get(line.id) for line in self.forms[form_id].lines} - {None}
        return min(splits, default=None, key=str)

    def _writers(self, split: str) -> set[str]:
        return {
            form.writer
            for form in self.forms.values()
            if any(self.split_of_line.get(line.id) == split for line in form.lines)
        }

    def _check_writers(self) -> None:
        for first, second in (("train", "validation"), ("train", "test"), ("validation", "test")):
            if both := self._writers(first) & self._writers(second):
                raise DataError(
                    f"Expected disjoint writers; {sorted(both)} are in both {first} and {second} "
                    f"of split {self.split!r}. Check the lists under splits/."
                )

    def samples(self, count: int) -> tuple[list[InkImage], list[str]]:
        """Return about `count` forms at a sixth of their size, and a caption for each."""
        forms = [form for form in self.forms.values() if form.image_path is not None]
        chosen = forms[:: max(1, len(forms) // count)]
        images = [255 - load_image(form.image_path)[::6, ::6] for form in chosen if form.image_path]
        return images, [f"{form.id}, writer {form.writer}" for form in chosen]

    def describe(self) -> str:
        """Return counts as text."""
        texts = [line.text for form in self.forms.values() for line in form.lines]
        characters = collections.Counter("".join(texts))
        counts = {name: len(self.lines(name)) for name in ("train", "validation", "test")}
        with_image = sum(form.image_path is not None for form in self.forms.values())
        return (
            f"IAM, split {self.split}: {len(self.forms)} forms ({with_image} with an image), lines with "
            f"an image {counts}, in no split {len(self.unassigned_lines())}; {self.missing_images} line "
            f"images missing, {len(self.broken_files)} files broken\n"
            f"{len(texts)} texts, mean length {np.mean([len(text) for text in texts]):.1f}, "
            f"{len(characters)} different characters: {''.join(sorted(characters))}"
        )


def _read_splits(folder: Path, parts: dict[str, tuple[str, ...]]) -> dict[str, str]:
    split_of_line: dict[str, str] = {}
    found = False
    for split, names in parts.items():
        for name in names:
            path = folder / f"{name}.txt"
            if not path.is_file():
                logger.warning("No split list %s: %s stays empty", path.name, split)
                continue
            found = True
            for line_id in path.read_text(encoding="utf-8").split():
                if split_of_line.setdefault(line_id, split) != split:
                    raise DataError(f"Line {line_id} is in two splits of {folder}.")
    if not found:
        raise DataError(
            f"Expected the lists {sorted(n for p in parts.values() for n in p)} (.txt) in {folder}."
        )
    return split_of_line
