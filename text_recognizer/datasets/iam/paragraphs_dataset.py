"""Handwriting of the IAM forms with pixel labels, for the line detector; split by form as the lines are."""

import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from text_recognizer.arrays import GrayImage, InkImage, InkMap, LabelMap
from text_recognizer.datasets.dataset import (
    SPLIT_NAMES,
    Split,
    check_flags,
    check_fraction,
    check_numbers,
    subsample,
)
from text_recognizer.datasets.files.cache import Built, cached
from text_recognizer.datasets.files.hashes import hash_files, hash_samples
from text_recognizer.datasets.files.progress import progress
from text_recognizer.datasets.iam.dataset import IamDataset
from text_recognizer.datasets.iam.form import Form
from text_recognizer.datasets.pages.line_labels import line_bands, paint_labels
from text_recognizer.datasets.pages.page_synthesis import choose_lines, synthesize_page
from text_recognizer.datasets.pages.paragraphs_dataset import ParagraphsDataset, describe_pages
from text_recognizer.errors import DataError, TextRecognizerError
from text_recognizer.geometry import Region
from text_recognizer.images.loading import load_image
from text_recognizer.preprocessing.pages import paragraph_input
from text_recognizer.preprocessing.writing import writing_ink

logger = logging.getLogger(__name__)

PARAGRAPH_BUFFER = 50  # pixels of a form at 150 dpi, left around the handwriting, as in 2019

_INK = 0.3  # pixels with less ink do not count for the bounds of a line
_MIN_LINE_PX = 8  # smaller images of lines hold a dot or nothing

_CODE = ("datasets.iam.paragraphs_dataset", "datasets.pages.line_labels", "datasets.pages.page_synthesis")


class IamParagraphsDataset(ParagraphsDataset):
    """Crops of the handwriting with label maps: 0 background, 1 odd line, 2 even line.

    Images and label maps have the size that `paragraph_input` gives (longer side 512). The training
    split may also hold whole forms, on which print and signature are background, and pages
    composed of single training lines; validation and test hold the crops only.

    ```python
    from text_recognizer.datasets import IamParagraphsDataset

    pages = IamParagraphsDataset(num_synthetic=2000)  # nothing is read before load_or_generate_data()
    print(pages.input_shape, pages.output_shape)
    ```

    Attributes:
        split: Name of the split that `load_or_generate_data` has taken.
        missing_images: How many forms of this copy have no image.
        unreadable: Ids of forms whose image could not be read.
    """

    def __init__(
        self,
        split: str | None = None,
        use_unassigned: bool = True,
        whole_forms: bool = True,
        num_synthetic: int = 0,
        seed: int = 0,
        subsample_fraction: float | None = None,
    ) -> None:
        """Set the parameters.

        Args:
            split: `aachen`, `lwitlrt`, or None for the first of them whose lists are here.
            use_unassigned: Whether forms of no split, by writers of neither validation nor test, join train.
            whole_forms: Whether train also holds every form uncropped.
            num_synthetic: Number of composed pages in train.
            seed: Seed of the composed pages.
            subsample_fraction: Part of the forms of each split to keep, 0 < f <= 1, at random; None: all.

        Raises:
            ConfigError: If a value is of another type or out of range.
        """
        check_fraction(subsample_fraction)
        check_numbers(0, num_synthetic=num_synthetic, seed=seed)
        check_flags(use_unassigned=use_unassigned, whole_forms=whole_forms)
        self.split, self.use_unassigned, self.whole_forms = split, use_unassigned, whole_forms
        self.num_synthetic, self.seed, self.subsample_fraction = num_synthetic, seed, subsample_fraction
        self.missing_images = 0
        self.unreadable: list[str] = []

    def load_or_generate_data(self) -> None:
        """Fill `splits`, from the cache if nothing has changed.

        Raises:
            DataError: If IAM is missing or holds no image of a form.
        """
        iam = IamDataset(self.split)
        iam.load_or_generate_data()
        self.split = iam.split
        self.missing_images = sum(form.image_path is None for form in iam.forms.values())
        all_forms = {name: forms_of_split(iam, name, self.use_unassigned) for name in SPLIT_NAMES}
        forms = {name: subsample(all_forms[name], self.subsample_fraction) for name in SPLIT_NAMES}
        line_paths = self._line_paths(iam)
        paths = [
            form.image_path for name in SPLIT_NAMES for form in forms[name] if form.image_path is not None
        ]
        if not paths:
            raise DataError(
                "The IAM folder holds no image of a form (forms/a01-000u.jpg ...). "
                "See data/raw/iam/readme.md on how to get them."
            )
        inputs = {
            "whole_forms": self.whole_forms, "num_synthetic": self.num_synthetic, "seed": self.seed,
            "images": hash_files(paths + line_paths),
            "forms": {name: [(form.id, _word_boxes(form)) for form in forms[name]] for name in forms},
        }  # fmt: skip
        self.data_hash = hash_samples(inputs, *_CODE)
        self.splits, left_out = cached(
            "iam_paragraphs", self.data_hash, lambda: self._build(forms, line_paths)
        )
        self.unreadable = list(left_out)

    def _line_paths(self, iam: IamDataset) -> list[Path]:
        """Return the images that composed pages are made of: lines of train only."""
        if not self.num_synthetic:
            return []
        lines = iam.lines("train") + (iam.unassigned_lines() if self.use_unassigned else [])
        return [line.image_path for line in lines if line.image_path is not None]

    def _build(self, forms: dict[str, list[Form]], line_paths: Sequence[Path]) -> Built:
        left_out: dict[str, str] = {}
        samples = {name: self._read_forms(forms[name], name == "train", left_out) for name in SPLIT_NAMES}
        samples["train"] += _synthetic_pages(line_paths, self.num_synthetic, self.seed)
        splits = {
            name: Split([s[0] for s in rows], [s[1] for s in rows], [s[2] for s in rows])
            for name, rows in samples.items()
        }
        return Built(splits, left_out)

    def _read_forms(
        self, forms: Sequence[Form], training: bool, left_out: dict[str, str]
    ) -> list[tuple[str, InkImage, LabelMap]]:
        """Return id, image and label map of each form, of train also uncropped."""
        samples = []
        for form in progress(forms, "IAM forms"):
            assert form.image_path is not None
            try:
                image = load_image(form.image_path)
            except TextRecognizerError as error:
                logger.warning("Skipped %s: %s", form.id, error)
                left_out[form.id] = str(error)
                continue
            samples.append((form.id, *_sample(form, image, handwriting_region(form, image.shape))))
            if training and self.whole_forms:
                page = Region(0, 0, image.shape[1], image.shape[0])
                samples.append((f"{form.id}-form", *_sample(form, image, page)))
        return samples

    def describe(self) -> str:
        """Return counts, sizes and the share of each label as text."""
        head = (
            f"IamParagraphsDataset, split {self.split}, input {self.input_shape}, output "
            f"{self.output_shape}; {self.missing_images} forms without an image skipped, "
            f"{len(self.unreadable)} unreadable"
        )
        return "\n".join([head, *describe_pages(self.splits)])


def forms_of_split(iam: IamDataset, split: str, use_unassigned: bool = True) -> list[Form]:
    """Return the forms with an image and word boxes that belong to a split, in order of their ids.

    Args:
        iam: The loaded forms.
        split: `train`, `validation` or `test`.
        use_unassigned: Whether forms of no split, by writers of neither validation nor test, join train.
    """
    held_out = {
        form.writer for form in iam.forms.values() if iam.split_of_form(form.id) in ("validation", "test")
    }
    chosen = []
    for form_id, form in sorted(iam.forms.items()):
        of_form = iam.split_of_form(form_id)
        if of_form is None and use_unassigned and form.writer not in held_out:
            of_form = "train"
        if of_form == split and form.image_path is not None and any(line.words for line in form.lines):
            chosen.append(form)
    return chosen


def handwriting_region(form: Form, shape: tuple[int, ...]) -> Region:
    """Return the box around all lines of a form, PARAGRAPH_BUFFER added, within the page (H, W)."""
    regions = [line.region for line in form.lines if line.region is not None]
    return Region(
        max(0, min(r.x1 for r in regions) - PARAGRAPH_BUFFER),
        max(0, min(r.y1 for r in regions) - PARAGRAPH_BUFFER),
        min(shape[1], max(r.x2 for r in regions) + PARAGRAPH_BUFFER),
        min(shape[0], max(r.y2 for r in regions) + PARAGRAPH_BUFFER),
    )


def _word_boxes(form: Form) -> list[list[tuple[int, int, int, int]]]:
    """Return the boxes of the words of each line, (x1, y1, x2, y2) each."""
    return [[(word.x1, word.y1, word.x2, word.y2) for word in line.words] for line in form.lines]


def _sample(form: Form, image: GrayImage, crop: Region) -> tuple[InkImage, LabelMap]:
    """Return the part `crop` of a form as input of the network, (h, w), and its label map (h, w)."""
    ink, scale = paragraph_input(image[crop.y1 : crop.y2, crop.x1 : crop.x2])
    bands = line_bands([line.words for line in form.lines])
    labels = paint_labels([band.shifted(crop.x1, crop.y1) for band in bands], ink.shape, scale)
    return np.round(ink * 255).astype(np.uint8), labels


def _synthetic_pages(paths: Sequence[Path], count: int, seed: int) -> list[tuple[str, InkImage, LabelMap]]:
    """Return id, image and label map of pages composed of the lines at `paths`."""
    rng = np.random.default_rng(seed)
    pages = []
    for index in progress(range(count), "composed pages"):
        lines = [line for path in choose_lines(paths, rng) if (line := _read_line(path)) is not None]
        if lines:
            pages.append((f"synthetic-{index}", *synthesize_page(lines, rng)))
    return pages


def _read_line(path: Path) -> InkMap | None:
    """Return the ink (H, W) of a line image, cut to its bounds; None if it cannot be read or is blank."""
    try:
        ink = writing_ink(load_image(path))
    except TextRecognizerError as error:
        logger.warning("Skipped %s: %s", path.name, error)
        return None
    rows, columns = np.flatnonzero((ink > _INK).any(axis=1)), np.flatnonzero((ink > _INK).any(axis=0))
    if min(rows.size, columns.size) < _MIN_LINE_PX:
        return None
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
