"""Lines of FSDL handwriting as inputs of the line recognizers, like IamLinesDataset; split by page."""

import logging
from pathlib import Path

import numpy as np

from text_recognizer.datasets.dataset import SPLIT_NAMES, Dataset, Split
from text_recognizer.datasets.files.cache import cached, hash_files, hash_key
from text_recognizer.datasets.fsdl.dataset import FsdlHandwritingDataset
from text_recognizer.datasets.fsdl.export import ExportLine, ExportPage
from text_recognizer.datasets.fsdl.geometry import line_mask, line_region
from text_recognizer.datasets.line_statistics import describe_lines
from text_recognizer.errors import DataError, TextRecognizerError
from text_recognizer.images.ink import Float, Gray, ink_map
from text_recognizer.images.loading import load_image
from text_recognizer.preprocessing.lines import LINE_HEIGHT, ink_to_line
from text_recognizer.vocabulary import LINE_CHARACTERS, Vocabulary

logger = logging.getLogger(__name__)

_VOCABULARY = Vocabulary(LINE_CHARACTERS)
_FAINT = 0.3  # a crop without stronger ink shows nothing

# Raise when the way from file to sample changes: old caches are then left aside.
_VERSION = 1


class FsdlHandwritingLinesDataset(Dataset):
    """Line images scaled to one height (of any width, or of one width), with their texts.

    A line is cut from its page's ink, as the page recognizer does; ink outside of a polygon is left out.
    Lines without a text are left out; lines with other characters than the vocabulary's (typographic quotes
    and dashes are made plain before), without ink or on an unreadable page are named and left out.

    The export names no writers: splits are by page, a writer may be in more than one, and test scores are
    better than on hands never seen.

    Attributes:
        skipped: Why a line with a text was left out, by line id (page id and place in its annotations). Lines
            without ink and unreadable pages are only found when the cache is built.
        without_text: How many lines have none.
    """

    def __init__(self, height: int = LINE_HEIGHT, width: int | None = None) -> None:
        """Take the parameters.

        Args:
            height: Rows of an image.
            width: Columns of every image, None for what each line's aspect ratio gives.
        """
        self.height, self.width = height, width
        self.skipped: dict[str, str] = {}
        self.without_text = 0

    @property
    def input_shape(self) -> tuple[int | None, int | None, int]:
        """(height, width or None, 1)."""
        return (self.height, self.width, 1)

    @property
    def output_shape(self) -> tuple[int | None, ...]:
        """(None, labels), the blank included."""
        return (None, len(_VOCABULARY))

    def load_or_generate_data(self) -> None:
        """Fill `splits`, from the cache if nothing has changed.

        Raises:
            DataError: If the export or its pages are missing, or no line of them can be used.
        """
        raw = FsdlHandwritingDataset()
        raw.load_or_generate_data()
        self.skipped, self.without_text = {}, 0
        splits = raw.splits_of_pages()
        lines = {page_id: self._usable_lines(raw.pages[page_id]) for page_id in sorted(splits)}
        paths = {page_id: raw.page_paths[page_id] for page_id, kept in lines.items() if kept}
        if not paths:
            raise DataError(
                f"Expected lines with a text in the export; received {self.without_text} without one and "
                f"{len(self.skipped)} that cannot be used. Label lines and export again."
            )
        key = {
            "version": _VERSION, "height": self.height, "width": self.width,
            "inputs": hash_files(paths.values()),
            "lines": {
                page_id: [splits[page_id], path.name, [(x.index, x.points, x.text) for x in lines[page_id]]]
                for page_id, path in paths.items()
            },
        }  # fmt: skip
        self.splits = cached(
            "fsdl_handwriting_lines",
            key,
            lambda: {
                name: self._build({i: path for i, path in paths.items() if splits[i] == name}, lines)
                for name in SPLIT_NAMES
            },
        )
        self.data_hash = hash_key(key)

    def _usable_lines(self, page: ExportPage) -> list[ExportLine]:
        self.without_text += sum(not line.text for line in page.lines)
        kept = []
        for line in page.lines:
            if unknown := _VOCABULARY.unknown(line.text):
                self._skip(page.id, line, f"characters {unknown!r} are not in the vocabulary")
            elif line.text:
                kept.append(line)
        return kept

    def _skip(self, page_id: str, line: ExportLine, reason: str) -> None:
        line_id = _line_id(page_id, line)
        self.skipped[line_id] = reason
        logger.warning("Skipped %s: %s", line_id, reason)

    def _build(self, paths: dict[str, Path], lines: dict[str, list[ExportLine]]) -> Split:
        ids, images, texts = [], [], []
        for page_id, path in paths.items():
            try:
                ink = ink_map(load_image(path))
            except TextRecognizerError as error:
                for line in lines[page_id]:
                    self._skip(page_id, line, f"{error} Replace {path}, or delete it to fetch it again.")
                continue
            for line in lines[page_id]:
                if (image := self._crop(ink, line)) is None:
                    self._skip(page_id, line, "there is no ink in its box")
                    continue
                ids.append(_line_id(page_id, line))
                images.append(image)
                texts.append(line.text)
        return Split(ids, images, texts)

    def _crop(self, ink: Float, line: ExportLine) -> Gray | None:
        """Return the image of a line of the page's ink (H, W), None if it has no ink."""
        size = ink.shape[1], ink.shape[0]
        region = line_region(line.points, size)
        crop = ink[region.y1 : region.y2, region.x1 : region.x2] * line_mask(line.points, size)
        if crop.max() < _FAINT:
            return None
        return np.round(ink_to_line(crop, self.height, self.width) * 255).astype(np.uint8)

    def describe(self) -> str:
        """Return counts, widths and label statistics as text."""
        rows = [
            f"FsdlHandwritingLinesDataset, input {self.input_shape}, output {self.output_shape}; "
            f"{self.without_text} lines without a text left out, {len(self.skipped)} skipped; split by page, "
            "no writers are known"
        ]
        return "\n".join([*rows, *describe_lines(self.splits)])


def _line_id(page_id: str, line: ExportLine) -> str:
    return f"{page_id}-{line.index:02d}"
