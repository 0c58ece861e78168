"""Pages of FSDL handwriting with pixel labels, like IamParagraphsDataset; split by page."""

import logging
from pathlib import Path

import numpy as np

from text_recognizer.arrays import GrayImage, InkImage, LabelMap
from text_recognizer.datasets.dataset import SPLIT_NAMES, Split, check_flags
from text_recognizer.datasets.files.cache import Built, cached
from text_recognizer.datasets.files.hashes import hash_files, hash_samples
from text_recognizer.datasets.files.progress import progress
from text_recognizer.datasets.fsdl.dataset import FsdlHandwritingDataset
from text_recognizer.datasets.fsdl.export import ExportPage
from text_recognizer.datasets.fsdl.geometry import line_slices
from text_recognizer.datasets.iam.paragraphs_dataset import PARAGRAPH_BUFFER
from text_recognizer.datasets.pages.line_labels import line_bands, paint_labels
from text_recognizer.datasets.pages.paragraphs_dataset import ParagraphsDataset, describe_pages
from text_recognizer.errors import DataError, TextRecognizerError
from text_recognizer.geometry import Region
from text_recognizer.images.loading import load_image
from text_recognizer.preprocessing.pages import paragraph_input

logger = logging.getLogger(__name__)

_BUFFER = PARAGRAPH_BUFFER / 1240  # part of the page's width: as at IAM, whose forms are 1,240 pixels wide

_CODE = ("datasets.fsdl.paragraphs_dataset", "datasets.fsdl.geometry", "datasets.pages.line_labels")


class FsdlHandwritingParagraphsDataset(ParagraphsDataset):
    """Crops of the handwriting with label maps: 0 background, 1 odd line, 2 even line.

    Images and label maps have the size that `paragraph_input` gives (longer side 512). A page is cut to its
    labelled lines, because unlabelled handwriting would be taught as background.

    The export names no writers: splits are by page, a writer may be in more than one.

    ```python
    from text_recognizer.datasets import FsdlHandwritingParagraphsDataset

    own_pages = FsdlHandwritingParagraphsDataset()  # nothing is read before load_or_generate_data()
    print(own_pages.input_shape, own_pages.output_shape)
    ```

    Attributes:
        unreadable: Ids of pages whose image could not be read.
        untranscribed: How many pages were left out because none of their lines has a text.
    """

    def __init__(self, use_untranscribed: bool = False) -> None:
        """Set the parameters.

        Args:
            use_untranscribed: Whether pages on which no line has a text are used: in the export of 2019
                several of them have one box for many lines, or boxes around nothing.

        Raises:
            ConfigError: If it is neither true nor false.
        """
        check_flags(use_untranscribed=use_untranscribed)
        self.use_untranscribed = use_untranscribed
        self.unreadable: list[str] = []
        self.untranscribed = 0

    def load_or_generate_data(self) -> None:
        """Fill `splits`, from the cache if nothing has changed.

        Raises:
            DataError: If the export or its pages are missing, or no page of them can be used.
        """
        raw = FsdlHandwritingDataset()
        raw.load_or_generate_data()
        splits = raw.splits_of_pages()
        transcribed = {i for i in splits if any(line.text for line in raw.pages[i].lines)}
        self.untranscribed = 0 if self.use_untranscribed else len(splits.keys() - transcribed)
        chosen = sorted(splits if self.use_untranscribed else transcribed)
        if not chosen:
            raise DataError(
                f"The export has no page to train on: on {self.untranscribed} pages with lines none has a "
                "text. Type the texts and export again, or set use_untranscribed."
            )
        paths = {page_id: raw.page_paths[page_id] for page_id in chosen}
        inputs = {
            "images": hash_files(paths.values()),
            "pages": {
                page_id: [splits[page_id], path.name, [line.points for line in raw.pages[page_id].lines]]
                for page_id, path in paths.items()
            },
        }  # fmt: skip
        self.data_hash = hash_samples(inputs, *_CODE)
        self.splits, left_out = cached(
            "fsdl_handwriting_paragraphs", self.data_hash, lambda: _build(splits, paths, raw.pages)
        )
        self.unreadable = list(left_out)

    def describe(self) -> str:
        """Return counts, sizes and the share of each label as text."""
        head = (
            f"FsdlHandwritingParagraphsDataset, input {self.input_shape}, output {self.output_shape}; "
            f"{self.untranscribed} pages without any text left out, {len(self.unreadable)} unreadable; split "
            "by page, no writers are known"
        )
        return "\n".join([head, *describe_pages(self.splits)])


def _build(splits: dict[str, str], paths: dict[str, Path], pages: dict[str, ExportPage]) -> Built:
    left_out: dict[str, str] = {}
    parts: dict[str, tuple[list[str], list[InkImage], list[LabelMap]]]
    parts = {name: ([], [], []) for name in SPLIT_NAMES}
    for page_id, path in progress(paths.items(), "pages", total=len(paths)):
        try:
            image = load_image(path)
        except TextRecognizerError as error:
            left_out[page_id] = f"{error} Replace {path}, or delete it to fetch it again."
            logger.warning("Skipped %s: %s", page_id, left_out[page_id])
            continue
        ink, labels = _sample(image, pages[page_id])
        ids, images, targets = parts[splits[page_id]]
        ids.append(page_id)
        images.append(ink)
        targets.append(labels)
    return Built({name: Split(*part) for name, part in parts.items()}, left_out)


def _sample(image: GrayImage, page: ExportPage) -> tuple[InkImage, LabelMap]:
    """Return the labelled part of a page as the network sees it, and its label map."""
    size = image.shape[1], image.shape[0]
    lines = [line_slices(line.points, size) for line in page.lines]
    crop = _around([box for line in lines for box in line], size)
    ink, scale = paragraph_input(image[crop.y1 : crop.y2, crop.x1 : crop.x2])
    bands = sorted(line_bands(lines), key=lambda band: band.middle + band.slope * (band.x1 + band.x2) / 2)
    labels = paint_labels([band.shifted(crop.x1, crop.y1) for band in bands], ink.shape, scale)
    return np.round(ink * 255).astype(np.uint8), labels


def _around(boxes: list[Region], size: tuple[int, int]) -> Region:
    """Return the box around all, a buffer added, within the page (width, height)."""
    buffer = round(_BUFFER * size[0])
    return Region(
        max(0, min(box.x1 for box in boxes) - buffer),
        max(0, min(box.y1 for box in boxes) - buffer),
        min(size[0], max(box.x2 for box in boxes) + buffer),
        min(size[1], max(box.y2 for box in boxes) + buffer),
    )
