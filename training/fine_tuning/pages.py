"""Pages of a hand that nobody has transcribed: their lines, and those that a network reads surely."""

import logging
from collections.abc import Sequence
from pathlib import Path

from text_recognizer import LinePredictor, ParagraphTextRecognizer
from text_recognizer.arrays import InkImage
from text_recognizer.datasets.dataset import Split
from text_recognizer.datasets.labelled_lines.cutting import cut_line
from text_recognizer.datasets.lines_dataset import LinesDataset
from text_recognizer.documents.sources import find_sources
from text_recognizer.errors import DataError, InvalidInputError
from text_recognizer.images.loading import load_image

logger = logging.getLogger(__name__)

SURE_CONFIDENCE = 0.8  # of a line, calibrated: below it, what is learned are the errors
_MIN_CHARACTERS = 4  # shorter readings are often specks


def page_lines(folders: Sequence[str], dataset: LinesDataset) -> Split:
    """Return the handwritten lines of the images of pages in folders, as a network takes them, without texts.

    Lines are found by the shipped models. Images that cannot be read are named and left out.

    Args:
        folders: With images of pages, also in folders below; or such images.
        dataset: Prepares the lines as the labelled ones.

    Raises:
        DataError: If no line is found.
    """
    recognizer = ParagraphTextRecognizer(line_predictor=LinePredictor(decoder="greedy"))
    names: list[str] = []
    images: list[InkImage] = []
    for source in find_sources(folders, recursive=True):
        if source.problem or not isinstance(source.content, Path):
            raise DataError(f"{source.name}: {source.problem}")
        try:
            found = _lines_of(source.content, recognizer, dataset)
        except InvalidInputError as error:
            logger.warning("Left out %s: %s", source.name, error)
            continue
        names += [f"{source.name} {number}" for number in range(len(found))]
        images += found
    if not images:
        raise DataError(f"No handwritten line was found on the pages of {', '.join(folders)}.")
    return Split(names, images, [""] * len(images))


def _lines_of(path: Path, recognizer: ParagraphTextRecognizer, dataset: LinesDataset) -> list[InkImage]:
    """Return the lines (height, W) of the image of a page."""
    page = load_image(path)
    lines = recognizer.predict(page, only="handwriting").lines
    return [dataset.image_to_line(cut_line(page, line.polygon, line.baseline)) for line in lines]


def sure_lines(lines: Split, readings: Sequence[tuple[str, float]]) -> Split:
    """Return the lines that are read surely, with what is read as their text.

    Args:
        lines: Of pages.
        readings: Text and confidence of each.
    """
    chosen = [
        index
        for index, (text, confidence) in enumerate(readings)
        if confidence >= SURE_CONFIDENCE and len(text.strip()) >= _MIN_CHARACTERS
    ]
    return Split(
        [lines.ids[i] for i in chosen], [lines.images[i] for i in chosen], [readings[i][0] for i in chosen]
    )
