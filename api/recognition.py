"""From an encoded image to its text, with times; runs while it is the turn of the request."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, Protocol, get_args

from text_recognizer import (
    LineDetector,
    LinePrediction,
    LinePredictor,
    PagePrediction,
    ParagraphTextRecognizer,
    Region,
    WordPrediction,
)
from text_recognizer.arrays import GrayImage
from text_recognizer.budget import Budget
from text_recognizer.images.limits import ImageLimits
from text_recognizer.images.loading import load_data_uri, load_image
from text_recognizer.images.resizing import reduce_image
from text_recognizer.images.unread_pages import unread_pages
from text_recognizer.inference.artifacts import Artifact
from text_recognizer.inference.memory import return_fragments, return_large_blocks
from text_recognizer.line_predictor import DEFAULT_LINE_MODEL
from text_recognizer.predictions.languages import LanguageChoice
from text_recognizer.predictions.page_review import reviewed
from text_recognizer.predictions.types import TextSpan

Mode = Literal["page", "line", "word"]
MODES: tuple[Mode, ...] = get_args(Mode)

Source = bytes | str  # an image file, or a data URI
# Returns the grey values (H, W) of an image; tells the second argument the seconds that it took elsewhere.
Decode = Callable[[Source, Callable[[float], None]], GrayImage]

SEARCH_SECONDS = 2.0  # enough for the beam search of an ordinary page, about 20 lines
MAX_SECONDS = 2.6  # so that the costliest image takes 3 s of the processor, with its last line

_ALL_PAGES = "POST the file to /v1/documents for all of them."  # where each page has a turn of its own
_LARGE_PIXELS = 2_000_000  # at this size, giving memory back is worth the few milliseconds that it takes


class Detector(Protocol):
    """The part of `LineDetector` that the service uses.

    ```python
    from api.recognition import Detector
    from text_recognizer import LineDetector

    detector: Detector = LineDetector()
    print(detector.artifact.name)
    ```
    """

    artifact: Artifact


class LineReader(Protocol):
    """The part of `LinePredictor` that the service uses.

    ```python
    from api.recognition import LineReader
    from text_recognizer import LinePredictor
    from text_recognizer.budget import Budget
    from text_recognizer.images.loading import load_image

    reader: LineReader = LinePredictor()
    print(reader.predict(load_image(f"{folder}/line.png"), Budget()).text)
    ```
    """

    artifact: Artifact

    def predict(
        self, image: GrayImage, budget: Budget, /, *, language: LanguageChoice = "auto"
    ) -> LinePrediction:
        """Return the text of a line (H, W)."""


class WordReader(Protocol):
    """The part of `WordPredictor` that the service uses."""

    artifact: Artifact

    def predict(self, image: GrayImage, /) -> WordPrediction:
        """Return the text of a word (H, W)."""


class Recognizer(Protocol):
    """The part of `ParagraphTextRecognizer` that the service uses.

    ```python
    from api.recognition import Recognizer
    from text_recognizer import ParagraphTextRecognizer

    recognizer: Recognizer = ParagraphTextRecognizer()
    print(recognizer.line_predictor.artifact.name)
    ```
    """

    @property
    def detector(self) -> Detector:
        """Finds the lines of a page."""

    @property
    def line_predictor(self) -> LineReader:
        """Reads a line."""

    def predict(
        self, image: GrayImage, budget: Budget, /, *, language: LanguageChoice = "auto"
    ) -> PagePrediction:
        """Return the text of a page (H, W)."""

    def with_alternatives(self, count: int, /) -> "Recognizer":
        """Return one that gives each line so many alternatives."""


@dataclass(frozen=True)
class Reader:
    """What reads an image in one mode; `page_of`, `line_of` and `word_of` make it.

    Attributes:
        mode: Whether it reads pages, lines or words.
        predict: Returns the text of an image (H, W), read within a budget.
        model: Reads the lines or words.
        detector: Finds the lines of a page; None in the other modes.
    """

    mode: Mode
    predict: Callable[[GrayImage, Budget], PagePrediction]
    model: Artifact
    detector: Artifact | None = None


@dataclass(frozen=True)
class Reading:
    """A recognized image: its text, and the times for metrics and headers.

    ```python
    from pathlib import Path

    from api.recognition import line_of, read
    from text_recognizer import LinePredictor
    from text_recognizer.images.limits import LIMITS

    image = Path(folder, "line.png").read_bytes()
    reading = read(line_of(LinePredictor()), image, LIMITS)
    print(reading.page.text, reading.finished - reading.started)
    ```

    Attributes:
        page: The lines; in the modes `line` and `word` a single one, as large as the image.
        mode: Whether the image was read as a page, as one line or as one word.
        mean_intensity: Mean gray value of the image, 0-255.
        started: `time.monotonic()` when the recognition began.
        decoded: `time.monotonic()` when the image was decoded.
        finished: `time.monotonic()` when the text was known.
        picture: The image (h, w), reduced, for formats that show it; None unless it was asked for.
    """

    page: PagePrediction
    mode: Mode
    mean_intensity: float
    started: float
    decoded: float
    finished: float
    picture: GrayImage | None = None


def load_recognizer(threads: int) -> ParagraphTextRecognizer:
    """Load the shipped models; from now on, large blocks of memory are given back.

    Args:
        threads: Number of threads of one prediction.

    Raises:
        ArtifactError: If a model is missing or damaged.
    """
    return_large_blocks()
    return ParagraphTextRecognizer(LineDetector(threads=threads), load_lines(DEFAULT_LINE_MODEL, threads))


def load_lines(name: str, threads: int) -> LinePredictor:
    """Load a line model and all its language models, so that no request waits for them.

    Raises:
        ArtifactError: If one is missing or damaged.
    """
    lines = LinePredictor(name, threads=threads)
    if lines.decoder is not None and lines.decoder.languages is not None:
        lines.decoder.languages.load()
    return lines


def page_of(recognizer: Recognizer, language: LanguageChoice = "auto") -> Reader:
    """Return what reads an image as a page in a language."""
    return Reader(
        "page",
        lambda image, budget: recognizer.predict(image, budget, language=language),
        recognizer.line_predictor.artifact,
        recognizer.detector.artifact,
    )


def line_of(lines: LineReader, language: LanguageChoice = "auto") -> Reader:
    """Return what reads an image as one line in a language."""

    def predict(image: GrayImage, budget: Budget) -> PagePrediction:
        """Return the line of (H, W), as large as the image."""
        height, width = image.shape
        line = lines.predict(image, budget, language=language)
        line = replace(line, region=Region(0, 0, width, height))
        return _page_of(line, budget.greedy_lines)

    return Reader("line", predict, lines.artifact)


def word_of(words: WordReader) -> Reader:
    """Return what reads an image as one word."""

    def predict(image: GrayImage, _: Budget) -> PagePrediction:
        """Return a line of the one word of (H, W), as large as the image."""
        height, width = image.shape
        word = words.predict(image)
        spans = (TextSpan(word.text, word.confidence, 0, width),) if word.text else ()
        return _page_of(LinePrediction(word.text, word.confidence, Region(0, 0, width, height), spans))

    return Reader("word", predict, words.artifact)


def _page_of(line: LinePrediction, greedy_lines: int = 0) -> PagePrediction:
    """Return a page of one line, of none if it has no text, with its warnings."""
    return reviewed(PagePrediction((line,) if line.text.strip() else ()), greedy_lines)


def read(
    reader: Reader,
    source: Source,
    limits: ImageLimits,
    budget: Budget | None = None,
    decode: Decode | None = None,
    picture_pixels: int = 0,
) -> Reading:
    """Decode an image and recognize it.

    Args:
        reader: Reads it.
        source: Content of an image file, or a data URI.
        limits: What an image may have.
        budget: How long it may take; default: what the service allows by default.
        decode: Returns the grey values (H, W) of an image; default: they are decoded in this process.
        picture_pixels: See `read_decoded`.

    Raises:
        InvalidInputError: If the image cannot be decoded, see `load_image`.
    """
    budget = budget or Budget(SEARCH_SECONDS, MAX_SECONDS, clock=time.thread_time)
    reading = read_decoded(
        reader,
        lambda: decode(source, budget.charge) if decode else _decoded(source, limits),
        budget,
        picture_pixels,
    )
    warnings = (*unread_pages(source, limits, _ALL_PAGES), *reading.page.warnings)
    return replace(reading, page=replace(reading.page, warnings=warnings))


def read_decoded(
    reader: Reader, decode: Callable[[], GrayImage], budget: Budget, picture_pixels: int = 0
) -> Reading:
    """Recognize the image (H, W) that `decode` returns, within a budget.

    Args:
        reader: Reads it.
        decode: Called once.
        budget: How long it may take.
        picture_pixels: Of the picture that is kept with the reading; 0 = none is.

    Raises:
        InvalidInputError: If `decode` raises it.
    """
    started = time.monotonic()
    image = decode()
    decoded = time.monotonic()
    height, width = image.shape
    page = replace(reader.predict(image, budget), width=width, height=height)
    finished, intensity = time.monotonic(), float(image.mean())
    picture = reduce_image(image, picture_pixels) if picture_pixels else None
    reading = Reading(page, reader.mode, intensity, started, decoded, finished, picture)
    if image.size >= _LARGE_PIXELS:
        del image
        return_fragments()
    return reading


def _decoded(source: Source, limits: ImageLimits) -> GrayImage:
    """Return the grey values (H, W) of an image; a string from outside is never taken for a path."""
    return load_data_uri(source, limits) if isinstance(source, str) else load_image(source, limits)
