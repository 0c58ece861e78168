"""From an encoded image to its text, timed: what runs in the thread that `Admission` guards."""

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
from text_recognizer.images.loading import Gray, ImageLimits, load_data_uri, load_image
from text_recognizer.inference.artifacts import Artifact

Mode = Literal["page", "line"]
MODES: tuple[Mode, ...] = get_args(Mode)

Source = bytes | str  # an image file, or a data URI

_LARGE = 2_000_000  # pixels from which the memory that an image took is worth a few milliseconds
# glibc keeps what is freed, in pieces; other C libraries have no such function.
_trim: Callable[[int], int] = getattr(ctypes.CDLL(None), "malloc_trim", lambda _: 0)


class Detector(Protocol):
    """What the service needs of `LineDetector`."""

    artifact: Artifact


class LineReader(Protocol):
    """What the service needs of `LinePredictor`."""

    artifact: Artifact

    def predict(self, image: Gray, /) -> LinePrediction:
        """Return the text of the line (H, W) uint8."""


class Recognizer(Protocol):
    """What the service needs of `ParagraphTextRecognizer`."""

    @property
    def detector(self) -> Detector:
        """Finds the lines."""

    @property
    def line_predictor(self) -> LineReader:
        """Reads them."""

    def predict(self, image: Gray, /) -> PagePrediction:
        """Return the text of the page (H, W) uint8."""


@dataclass(frozen=True)
class Reading:
    """What was read, and how it went.

    Attributes:
        page: The lines; of mode `line` one, as large as the image.
        mode: How the image was taken.
        mean_intensity: Mean grey value of the image, 0-255.
        started: `time.monotonic()` when it was its turn.
        decoded: The same when the image was decoded.
        finished: The same when the text was there.
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
        threads: Threads of one prediction.

    Raises:
        ArtifactError: If one is missing or damaged.
    """
    return ParagraphTextRecognizer(LineDetector(threads=threads), LinePredictor(threads=threads))


def read(recognizer: Recognizer, source: Source, mode: Mode, limits: ImageLimits) -> Reading:
    """Decode an image and recognize it.

    Raises:
        InvalidInputError: If it cannot be read, see `load_image`.
    """
    started = time.monotonic()
    # A string is a data URI even if it looks like a path.
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
    if image.size >= _LARGE:
        del image
        _trim(0)
    return reading
