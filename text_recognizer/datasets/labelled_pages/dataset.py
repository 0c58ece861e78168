"""Whole pages of handwriting whose lines people have outlined, with pixel labels, for the line detector."""

import logging
from collections.abc import Mapping, Sequence

import numpy as np

from text_recognizer.arrays import InkImage, LabelMap
from text_recognizer.datasets.dataset import SPLIT_NAMES, Split, check_flags, check_numbers, check_share
from text_recognizer.datasets.files.cache import Built, cached
from text_recognizer.datasets.files.hashes import hash_each, hash_samples
from text_recognizer.datasets.files.progress import progress
from text_recognizer.datasets.labelled.building import checked_folders
from text_recognizer.datasets.labelled.images import LabelledImage
from text_recognizer.datasets.labelled_lines.splitting import split_lines
from text_recognizer.datasets.labelled_pages.folders import LabelledPage, read_page_folder
from text_recognizer.datasets.pages.curved_bands import band_around
from text_recognizer.datasets.pages.line_labels import paint_labels
from text_recognizer.datasets.pages.paragraphs_dataset import ParagraphsDataset, describe_pages
from text_recognizer.datasets.pages.unlabelled import mark_unlabelled
from text_recognizer.errors import DataError, TextRecognizerError
from text_recognizer.images.loading import load_image
from text_recognizer.preprocessing.pages import paragraph_input
from text_recognizer.tooling.data_root import raw_dir

logger = logging.getLogger(__name__)

_CODE = (
    "datasets.labelled_pages", "datasets.labelled_lines.page_documents", "datasets.labelled_lines.splitting",
    "datasets.pages.curved_bands", "datasets.pages.line_labels", "datasets.pages.unlabelled",
)  # fmt: skip


class LabelledPagesDataset(ParagraphsDataset):
    """Pages in folders with lines.json (polygons and baselines), or PAGE XML or ALTO with page images.

    Images and label maps have the size that `paragraph_input` gives (longer side 512). Lines without a text
    are lines. Ink that belongs to no line - print beside handwriting, lines that nobody has outlined - is
    neither taught as a line nor as background, see `layout.kernels.UNKNOWN`.

    ```python
    from text_recognizer.datasets import LabelledPagesDataset

    pages = LabelledPagesDataset(["hand_pages"])  # nothing is read before load_or_generate_data()
    print(pages.input_shape, pages.output_shape)
    ```

    Attributes:
        skipped: Why a page was left out, by its id.
    """

    def __init__(
        self,
        folders: Sequence[str],
        unknown: bool = True,
        validation_fraction: float = 0.1,
        test_fraction: float = 0.1,
        seed: int = 0,
    ) -> None:
        """Set the parameters.

        Args:
            folders: Paths, or names of folders of the mirror or of `<data root>/raw`.
            unknown: Whether ink of no line is unknown; else it is background.
            validation_fraction: Part of the pages that is validation unless splits are given, 0 <= f < 1.
            test_fraction: Part of the pages that is test unless splits are given, 0 <= f < 1.
            seed: Of the splits.

        Raises:
            ConfigError: If a value is of another type or out of range.
        """
        check_flags(unknown=unknown)
        check_numbers(0, seed=seed)
        check_share("validation_fraction", validation_fraction)
        check_share("test_fraction", test_fraction)
        self._names = checked_folders("folders", folders)
        self._shares = {"validation": validation_fraction, "test": test_fraction}
        self.unknown, self.seed = unknown, seed
        self.skipped: dict[str, str] = {}

    def load_or_generate_data(self) -> None:
        """Fill `splits`, from the cache if nothing has changed.

        Raises:
            DataError: If a folder is missing or has no outlines of a known form, or no page can be used.
        """
        folders = {name: read_page_folder(raw_dir(name)) for name in self._names}
        pages = {f"{name}/{page.id}": page for name, folder in folders.items() for page in folder.pages}
        splits = self._splits(pages)
        inputs = {
            "unknown": self.unknown,
            "files": {name: hash_each(folder.files) for name, folder in folders.items()},
            "splits": splits,
        }
        self.data_hash = hash_samples(inputs, *_CODE)
        self.splits, left_out = cached("labelled_pages", self.data_hash, lambda: self._build(pages, splits))
        self.skipped = {
            f"{name}/{page}": reason
            for name, each in folders.items()
            for page, reason in each.left_out.items()
        } | dict(left_out)
        if not any(map(len, self.splits.values())):
            raise DataError(f"No page of {self._names} can be used: {self.skipped}.")

    def _splits(self, pages: Mapping[str, LabelledPage]) -> dict[str, list[str]]:
        """Return the ids of the pages of each split."""
        images = [
            LabelledImage(page_id, "", page.image, f"{page_id.removesuffix(page.id)}{page.document}")
            if page.document
            else LabelledImage(page_id, "", page.image)
            for page_id, page in pages.items()
        ]
        given = {page_id: page.split for page_id, page in pages.items() if page.split}
        parts = split_lines(images, given, None, self._shares, self.seed)
        return {name: [image.id for image in part] for name, part in parts.items()}

    def _build(self, pages: Mapping[str, LabelledPage], splits: Mapping[str, Sequence[str]]) -> Built:
        left_out: dict[str, str] = {}
        built: dict[str, Split] = {}
        for name in SPLIT_NAMES:
            ids, images, targets = [], [], []
            for page_id in progress(splits[name], "outlined pages"):
                try:
                    image, labels = labelled_page(pages[page_id], self.unknown)
                except TextRecognizerError as error:
                    logger.warning("Skipped %s: %s", page_id, error)
                    left_out[page_id] = str(error)
                    continue
                ids.append(page_id)
                images.append(image)
                targets.append(labels)
            built[name] = Split(ids, images, targets)
        return Built(built, left_out)

    def describe(self) -> str:
        """Return counts, sizes and the share of each label as text."""
        head = (
            f"LabelledPagesDataset, input {self.input_shape}, output {self.output_shape}; "
            f"{len(self.skipped)} pages skipped"
        )
        return "\n".join([head, *describe_pages(self.splits)])


def labelled_page(page: LabelledPage, unknown: bool) -> tuple[InkImage, LabelMap]:
    """Return a page as input of the network, (h, w), and its label map (h, w).

    Args:
        page: Its image and lines.
        unknown: Whether ink of no line is unknown; else it is background.

    Raises:
        InvalidInputError: If the image cannot be read, see `load_image`.
    """
    paragraph, scale = paragraph_input(load_image(page.image))
    ink = np.round(paragraph * 255).astype(np.uint8)
    bands = [band for line in page.lines if (band := band_around(line.polygon, line.baseline)) is not None]
    labels = paint_labels(bands, ink.shape, scale)
    return ink, mark_unlabelled(labels, ink) if unknown else labels
