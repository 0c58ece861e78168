"""From an encoded image to its text, with times; runs in the thread of `Admission`."""

import ctypes
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
)
from text_recognizer.arrays import GrayImage
from text_recognizer.images.limits import ImageLimits
from text_recognizer.images.loading import load_data_uri, load_image
from text_recognizer.inference.artifacts import Artifact

Mode = Literal["page", "line"]
MODES: tuple[Mode, ...] = get_args(Mode)

Source = bytes | str  # an image file, or a data URI

_LARGE_PIXELS = 2_000_000  # at this size, giving memory back is worth the few milliseconds that it takes
# glibc keeps freed memory in fragments; other C libraries have no such function.
_trim: Callable[[int], int] = getattr(ctypes.CDLL(None), "malloc_trim", lambda _: 0)


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
    from text_recognizer.images.loading import load_image

    reader: LineReader = LinePredictor()
    print(reader.predict(load_image(f"{folder}/line.png")).text)
    ```
    """

    artifact: Artifact

    def predict(self, image: GrayImage, /) -> LinePrediction:
        """Return the text of a line (H, W)."""


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

    def predict(self, image: GrayImage, /) -> PagePrediction:
        """Return the text of a page (H, W)."""


@dataclass(frozen=True)
class Reading:
    """A recognized image: its text, and the times for metrics and headers.

    ```python
    from pathlib import Path

    from api.recognition import load_recognizer, read
    from text_recognizer.images.limits import LIMITS

    image = Path(folder, "line.png").read_bytes()
    reading = read(load_recognizer(threads=1), image, "line", LIMITS)
    print(reading.page.text, reading.finished - reading.started)
    ```

    Attributes:
        page: The lines; in mode `line` a single one, as large as the image.
        mode: Whether the image was read as a page or as one line.
        mean_intensity: Mean gray value of the image, 0-255.
        started: `time.monotonic()` when the recognition began.
        decoded: `time.monotonic()` when the image was decoded.
        finished: `time.monotonic()` when the text was known.
    """

    page: PagePrediction
    mode: Mode
    mean_intensity: float
    started: float
    decoded: float
    finished: float


def load_recognizer(threads: int) -> ParagraphTextRecognizer:
    """Load the shipped models.

    Args:
        threads: Number of threads of one prediction.

    Raises:
        ArtifactError: If a model is missing or damaged.
    """
    return ParagraphTextRecognizer(LineDetector(threads=threads), LinePredictor(threads=threads))


def read(recognizer: Recognizer, source: Source, mode: Mode, limits: ImageLimits) -> Reading:
    """Decode an image and recognize it.

    Args:
        recognizer: Reads pages and lines.
        source: Content of an image file, or a data URI.
        mode: `page`, or `line` for an image that shows a single line.
        limits: What an image may have.

    Raises:
        InvalidInputError: If the image cannot be decoded, see `load_image`.
    """
    started = time.monotonic()
    # A string from outside is never taken for a path.
    image = load_data_uri(source, limits) if isinstance(source, str) else load_image(source, limits)
    decoded = time.monotonic()
    height, width = image.shape
    if mode == "line":
        line = replace(recognizer.line_predictor.predict(image), region=Region(0, 0, width, height))
        page = PagePrediction((line,))
    else:
        page = recognizer.predict(image)
    page = replace(page, width=width, height=height)
    reading = Reading(page, mode, float(image.mean()), started, decoded, time.monotonic())
    if image.size >= _LARGE_PIXELS:
        del image
        _trim(0)
    return reading
