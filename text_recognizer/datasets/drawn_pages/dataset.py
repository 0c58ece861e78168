"""Pages that nobody wrote as a whole: lines of data sets, and print, in many layouts on many papers."""

import functools
from collections.abc import Sequence
from typing import get_args

import numpy as np
from PIL import ImageFont

from text_recognizer.arrays import InkImage, LabelMap
from text_recognizer.datasets.dataset import (
    SPLIT_NAMES,
    Split,
    check_flags,
    check_fraction,
    check_numbers,
)
from text_recognizer.datasets.drawn_pages.layouts import Desk
from text_recognizer.datasets.drawn_pages.pages import PrintLabel, page_of
from text_recognizer.datasets.files.cache import Built, cached
from text_recognizer.datasets.files.hashes import hash_files, hash_samples
from text_recognizer.datasets.files.progress import progress
from text_recognizer.datasets.iam.lines_dataset import IamLinesDataset
from text_recognizer.datasets.labelled.building import checked_folders
from text_recognizer.datasets.labelled_lines.dataset import LabelledLinesDataset
from text_recognizer.datasets.lazy_sequence import Chained, Generated
from text_recognizer.datasets.lines_dataset import LinesDataset
from text_recognizer.datasets.pages.paragraphs_dataset import ParagraphsDataset, describe_pages
from text_recognizer.datasets.synthetic.lines_dataset import SyntheticLinesDataset
from text_recognizer.datasets.words.drawing.fonts import load_word_fonts, word_font_files
from text_recognizer.errors import ConfigError, DataError
from text_recognizer.tooling.selection import spread

_LINE_HEIGHT = 48  # rows at which lines are kept: as high as the largest that are drawn
_DESCRIBED_PAGES = 8  # of an endless supply; each takes a tenth of a second
_REMEMBERED_PAGES = 32  # an image and its labels are asked for one after the other
_CODE = (
    "datasets.drawn_pages", "datasets.pages.curved_bands", "datasets.pages.line_labels",
    "datasets.labelled_lines.cutting", "datasets.synthetic.form_texts",
)  # fmt: skip


class DrawnPagesDataset(ParagraphsDataset):
    """Pages with columns, headings, notes, tables, forms and print, drawn with lines of other data sets.

    Page i of a split depends only on the seed, i and the lines of that split: those of train are written with
    lines of train, those of validation with lines of validation. There is no test split. Images and label
    maps have the size that `paragraph_input` gives (longer side 512).

    ```python
    from text_recognizer.datasets import DrawnPagesDataset

    pages = DrawnPagesDataset(num_pages=1000)  # nothing is read before load_or_generate_data()
    print(pages.input_shape, pages.output_shape)
    ```
    """

    def __init__(
        self,
        num_pages: int = 1_000_000,
        num_validation: int = 60,
        keep: bool = False,
        iam: bool = True,
        folders: Sequence[str] = (),
        num_font_lines: int = 0,
        num_print_fonts: int = 40,
        print_label: PrintLabel = "line",
        seed: int = 0,
        subsample_fraction: float | None = None,
    ) -> None:
        """Set the parameters.

        Args:
            num_pages: Pages of the train split.
            num_validation: Pages of the validation split.
            keep: Whether pages are drawn once, and cached; else each time they are asked for.
            iam: Whether lines of IAM are written.
            folders: Folders of labelled lines that are written, see `LabelledLinesDataset`.
            num_font_lines: Lines in handwriting fonts that are written, in both splits.
            num_print_fonts: Fonts of print.
            print_label: Whether print is a line, background, or unknown: neither taught as one nor the other.
                As a line, it is found in pieces where it is small beside handwriting.
            seed: Decides on each page, together with its number.
            subsample_fraction: Part of the lines of IAM and of folders to keep, 0 < f <= 1; None keeps all.

        Raises:
            ConfigError: If a value is of another type or out of range, or nobody is left to write.
        """
        check_fraction(subsample_fraction)
        check_flags(keep=keep, iam=iam)
        check_numbers(0, num_validation=num_validation, num_font_lines=num_font_lines, seed=seed)
        check_numbers(1, num_pages=num_pages, num_print_fonts=num_print_fonts)
        if print_label not in get_args(PrintLabel):
            raise ConfigError(f"Expected a print_label of {get_args(PrintLabel)}; received {print_label!r}.")
        self._folders = checked_folders("folders", folders)
        if not (iam or self._folders or num_font_lines):
            raise ConfigError("Expected iam, folders or num_font_lines: somebody has to write the pages.")
        self.num_pages, self.num_validation, self.keep, self.iam = num_pages, num_validation, keep, iam
        self.num_font_lines, self.num_print_fonts = num_font_lines, num_print_fonts
        self.print_label: PrintLabel = print_label
        self.seed, self.subsample_fraction = seed, subsample_fraction

    def load_or_generate_data(self) -> None:
        """Load the lines and fonts, and draw the pages if they are kept.

        Raises:
            DataError: If lines or fonts are missing.
        """
        sources = self._sources()
        for source in sources:
            source.load_or_generate_data()
        paths = spread(word_font_files()[0], self.num_print_fonts)
        fonts, _ = load_word_fonts(paths)
        inputs = {
            "pages": [self.num_pages, self.num_validation], "seed": self.seed, "fonts": hash_files(paths),
            "print": self.print_label, "lines": [source.data_hash for source in sources],
        }  # fmt: skip
        self.data_hash = hash_samples(inputs, *_CODE)
        faces = [font.face for font in fonts]
        counts = {"train": self.num_pages, "validation": self.num_validation, "test": 0}
        self.splits = {
            name: self._split(name, count, _lines(sources, name) if count else [], faces)
            for name, count in counts.items()
        }
        if self.keep:
            self.splits = cached("drawn_pages", self.data_hash, lambda: _drawn(self.splits)).splits

    def _sources(self) -> list[LinesDataset]:
        """Return the data sets whose lines are written, not loaded."""
        sources: list[LinesDataset] = []
        if self.iam:
            sources.append(IamLinesDataset(_LINE_HEIGHT, subsample_fraction=self.subsample_fraction))
        if self._folders:
            sources.append(
                LabelledLinesDataset(
                    self._folders,
                    _LINE_HEIGHT,
                    vocabulary="latin",
                    subsample_fraction=self.subsample_fraction,
                )
            )
        if self.num_font_lines:
            sources.append(SyntheticLinesDataset(_LINE_HEIGHT, num_lines=self.num_font_lines))
        return sources

    def _split(
        self, name: str, count: int, lines: Sequence[InkImage], faces: Sequence[ImageFont.FreeTypeFont]
    ) -> Split:
        """Return a split whose pages are drawn when they are asked for."""
        desk, offset = Desk(lines, faces), SPLIT_NAMES.index(name)

        @functools.lru_cache(_REMEMBERED_PAGES)
        def draw(index: int) -> tuple[InkImage, LabelMap]:
            rng = np.random.default_rng([self.seed, offset, index])
            return page_of(desk.page(rng), rng, self.print_label)

        return Split(
            Generated(count, lambda i: f"drawn-{i:07d}"),
            Generated(count, lambda i: draw(i)[0]),
            Generated(count, lambda i: draw(i)[1]),
            np.full(count, 512),
        )

    def describe(self) -> str:
        """Return counts, sizes and the share of each label as text; of some pages unless they are kept."""
        shown = self.splits if self.keep else {name: _first(self.splits[name]) for name in SPLIT_NAMES}
        head = (
            f"DrawnPagesDataset, seed {self.seed}, input {self.input_shape}, output {self.output_shape}; "
            f"{', '.join(f'{len(self.splits[name])} pages {name}' for name in SPLIT_NAMES)}"
        )
        return "\n".join([head, *describe_pages(shown)])


def _lines(sources: Sequence[LinesDataset], name: str) -> Sequence[InkImage]:
    """Return the lines of a split; those in fonts are in every split, and drawn once.

    Raises:
        DataError: If there is none.
    """
    parts: list[Sequence[InkImage]] = [
        [*source.train.images] if isinstance(source, SyntheticLinesDataset) else source.splits[name].images
        for source in sources
    ]
    lines = Chained(parts)
    if not len(lines):
        raise DataError(f"There is no line to write the pages of the split {name} with.")
    return lines


def _first(split: Split) -> Split:
    chosen = slice(0, _DESCRIBED_PAGES)
    return Split([*split.ids[chosen]], [*split.images[chosen]], [*split.targets[chosen]])


def _drawn(splits: dict[str, Split]) -> Built:
    """Return the pages of splits, drawn once."""
    built = {}
    for name, split in splits.items():
        ids, images, targets = [], [], []
        for index in progress(range(len(split)), f"drawn pages of {name}", total=len(split)):
            ids.append(split.ids[index])
            images.append(split.images[index])
            targets.append(split.targets[index])
        built[name] = Split(ids, images, targets)
    return Built(built, {})
