"""Lines of FSDL handwriting as inputs of the line recognizers, like IamLinesDataset; split by page."""

import logging
from pathlib import Path

from text_recognizer.arrays import InkImage, InkMap
from text_recognizer.datasets.dataset import SPLIT_NAMES, Split
from text_recognizer.datasets.files.cache import Built, cached
from text_recognizer.datasets.files.hashes import hash_files, hash_samples
from text_recognizer.datasets.files.progress import progress
from text_recognizer.datasets.fsdl.dataset import FsdlHandwritingDataset
from text_recognizer.datasets.fsdl.export import ExportLine, ExportPage
from text_recognizer.datasets.fsdl.geometry import line_mask, line_region
from text_recognizer.datasets.lines_dataset import LinesDataset, describe_lines
from text_recognizer.errors import DataError, TextRecognizerError
from text_recognizer.images.loading import load_image
from text_recognizer.preprocessing.lines import LINE_HEIGHT
from text_recognizer.preprocessing.writing import writing_ink
from text_recognizer.vocabulary import Vocabulary

logger = logging.getLogger(__name__)

_FAINT = 0.3  # a crop whose strongest ink is weaker shows nothing that can be read

_CODE = ("datasets.fsdl.lines_dataset", "datasets.fsdl.geometry", "datasets.lines_dataset")


class FsdlHandwritingLinesDataset(LinesDataset):
    """Line images scaled to one height (of any width, or of one width), with their texts.

    A line is cut from its page's ink, as the page recognizer does; ink outside of a polygon is left out.
    Lines without a text are left out; lines with other characters than the vocabulary's (typographic quotes
    and dashes are made plain before), without ink or on an unreadable page are named and left out.

    The export names no writers: splits are by page, a writer may be in more than one, and test scores are
    better than for unknown writers.

    ```python
    from text_recognizer.datasets import FsdlHandwritingLinesDataset

    own_pages = FsdlHandwritingLinesDataset(height=64, normalize=True)  # to mix with IAM
    print(own_pages.input_shape, own_pages.output_shape)
    ```

    Attributes:
        skipped: Why a line with a text was left out, by line id: page id and index of its annotation.
        without_text: How many lines have none.
    """

    def __init__(
        self,
        height: int = LINE_HEIGHT,
        width: int | None = None,
        normalize: bool = False,
        vocabulary: str = "line",
    ) -> None:
        """Set the parameters.

        Args:
            height: Rows of an image.
            width: Columns of every image; None if each line's aspect ratio decides.
            normalize: Whether slope, slant and width of the writing are normalized, see `line_input`.
            vocabulary: Name of the vocabulary, see `characters_of`.

        Raises:
            ConfigError: If a value is of another type or out of range.
        """
        super().__init__(height, width, normalize, vocabulary)
        self.skipped: dict[str, str] = {}
        self.without_text = 0

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
                f"The export has no line to train on: {self.without_text} lines have no text and "
                f"{len(self.skipped)} cannot be used. Type the texts of lines and export again."
            )
        inputs = {
            **self.shape_parameters(), "images": hash_files(paths.values()),
            "lines": {
                page_id: [splits[page_id], path.name, [(x.index, x.points, x.text) for x in lines[page_id]]]
                for page_id, path in paths.items()
            },
        }  # fmt: skip
        self.data_hash = hash_samples(inputs, *_CODE)
        self.splits, left_out = cached(
            "fsdl_handwriting_lines", self.data_hash, lambda: self._build(splits, paths, lines)
        )
        self.skipped |= left_out

    def _usable_lines(self, page: ExportPage) -> list[ExportLine]:
        self.without_text += sum(not line.text for line in page.lines)
        kept = []
        for line in page.lines:
            if unknown := Vocabulary(self.characters).unknown(line.text):
                _skip(self.skipped, page.id, line, f"characters {unknown!r} are not in the vocabulary")
            elif line.text:
                kept.append(line)
        return kept

    def _build(
        self, splits: dict[str, str], paths: dict[str, Path], lines: dict[str, list[ExportLine]]
    ) -> Built:
        left_out: dict[str, str] = {}
        parts: dict[str, tuple[list[str], list[InkImage], list[str]]]
        parts = {name: ([], [], []) for name in SPLIT_NAMES}
        for page_id, path in progress(paths.items(), "pages", total=len(paths)):
            try:
                ink = writing_ink(load_image(path))
            except TextRecognizerError as error:
                for line in lines[page_id]:
                    _skip(left_out, page_id, line, f"{error} Replace {path}, or delete it to fetch it again.")
                continue
            for line in lines[page_id]:
                if (image := self._crop(ink, line)) is None:
                    _skip(left_out, page_id, line, "there is no ink in its box")
                    continue
                ids, images, texts = parts[splits[page_id]]
                ids.append(_line_id(page_id, line))
                images.append(image)
                texts.append(line.text)
        return Built({name: Split(*part) for name, part in parts.items()}, left_out)

    def _crop(self, ink: InkMap, line: ExportLine) -> InkImage | None:
        """Return the image of a line of the page's ink (H, W), None if it has no ink."""
        size = ink.shape[1], ink.shape[0]
        region = line_region(line.points, size)
        crop = ink[region.y1 : region.y2, region.x1 : region.x2] * line_mask(line.points, size)
        if crop.max() < _FAINT:
            return None
        return self.ink_to_line(crop)

    def describe(self) -> str:
        """Return counts, widths and label statistics as text."""
        rows = [
            f"FsdlHandwritingLinesDataset, input {self.input_shape}, output {self.output_shape}; "
            f"{self.without_text} lines without a text left out, {len(self.skipped)} skipped; split by page, "
            "no writers are known"
        ]
        return "\n".join([*rows, *describe_lines(self.splits)])


def _skip(skipped: dict[str, str], page_id: str, line: ExportLine, reason: str) -> None:
    """Log why a line is left out and add it to `skipped`."""
    skipped[_line_id(page_id, line)] = reason
    logger.warning("Skipped %s: %s", _line_id(page_id, line), reason)


def _line_id(page_id: str, line: ExportLine) -> str:
    return f"{page_id}-{line.index:02d}"
