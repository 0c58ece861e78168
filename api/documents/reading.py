"""The pages of a document are read one after the other, each in a turn and a budget of its own."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from werkzeug.exceptions import ServiceUnavailable

from api.admission import Admission, unavailable
from api.config import ApiConfig
from api.decoder_process import DecoderEndedError, DecoderProcess
from api.metrics import Metrics
from api.pictures import PictureLimits
from api.recognition import Reader, Reading, read_decoded
from text_recognizer.arrays import GrayImage
from text_recognizer.budget import Budget
from text_recognizer.documents.page_ranges import PageRanges
from text_recognizer.errors import ImageTooLargeError, InvalidInputError, TooMuchWritingError
from text_recognizer.images.limits import ImageLimits
from text_recognizer.images.loading import count_pages, load_image

MAX_FILE_PAGES = 1000  # of a document of which some pages are wanted; finding one is a walk over those before
_MAX_RANGES_LENGTH = 200  # of ?pages=; each range costs a walk over the pages that it names
_TOO_MANY = "Expected at most {} pages; received {}. Choose some with ?pages=1-{}."
_LATE = "The time limit of the request ended before this page was read. Choose it with ?pages=."

PageResult = tuple[int, Reading | Exception]  # the number of a page, and what was read or why it was not


@dataclass(frozen=True)
class DocumentReader:
    """Reads documents.

    ```python
    import time
    from pathlib import Path

    from api.admission import Admission
    from api.config import ApiConfig
    from api.documents.reading import DocumentReader
    from api.metrics import Metrics
    from api.models import load_models

    config, models = ApiConfig(), load_models([], threads=1)
    documents = DocumentReader(config, Admission(config.queue_size), Metrics(models), None)
    data, deadline = Path(folder, "page.png").read_bytes(), time.monotonic() + 10.0
    count, numbers = documents.wanted(data, None, deadline)
    for number, reading in documents.read(data, numbers, models.reader("page"), deadline):
        print(number, reading.page.text)
    ```

    Attributes:
        config: Limits of documents and of time.
        admission: Turns to recognize.
        metrics: Records what was read.
        decoder: Decodes pages; None = they are decoded in this process, and PDFs are refused.
    """

    config: ApiConfig
    admission: Admission
    metrics: Metrics
    decoder: DecoderProcess | None

    def wanted(self, data: bytes, pages: str | None, deadline: float) -> tuple[int, list[int]]:
        """Return the number of pages of a document, and those of them that are wanted.

        Args:
            data: The document.
            pages: Which pages are wanted, like `1-3,7`; None = all.
            deadline: `time.monotonic()` until which to wait for a turn.

        Raises:
            InvalidInputError: If `pages` names none, or the document cannot be opened.
            ImageTooLargeError: If the document has too many bytes or pages, or too many are wanted.
            ServiceUnavailable: If the turn did not come in time.
        """
        ranges = _ranges(pages)
        with self.admission.turn(deadline, short=True):
            count = self.decoder.count_pages(data) if self.decoder else count_pages(data, self._limits)
        numbers, most = ranges.of(count), self.config.max_pages
        if not numbers:
            raise InvalidInputError(f"The document has {count} pages; received ?pages={pages}.")
        if len(numbers) > most:
            raise ImageTooLargeError(_TOO_MANY.format(most, len(numbers), most))
        return count, numbers

    def read(
        self,
        data: bytes,
        numbers: Sequence[int],
        reader: Reader,
        deadline: float,
        is_wanted: Callable[[], bool] = lambda: True,
        picture: PictureLimits | None = None,
    ) -> Iterator[PageResult]:
        """Yield the pages of a document, each read when it is asked for.

        What cannot be read does not stop the others.

        But a page at which the decoder crashes or takes too long ends its document, which might do so again.

        Args:
            data: The document.
            numbers: The pages.
            reader: Reads each of them.
            deadline: `time.monotonic()` after which no further page is read.
            is_wanted: Asked before each page; if it is not, no further page is read.
            picture: What a format takes that shows the pages; None = their images are not kept.
        """
        fatal: Exception | None = None
        for number in numbers:
            if fatal is None and not is_wanted():
                fatal = unavailable("Nobody wants this document any more.")
            result = fatal or self._result(data, number, reader, deadline, picture)
            if isinstance(result, DecoderEndedError | ServiceUnavailable):
                fatal = result
            yield number, result

    def image(self, data: bytes, number: int, deadline: float) -> GrayImage:
        """Return the grey values (H, W) of a page, without reading it.

        Raises:
            InvalidInputError: If there is no such page, or it cannot be decoded.
            ServiceUnavailable: If the turn did not come in time.
        """
        with self.admission.turn(deadline, short=True):
            return self._pixels(data, number, Budget())

    def decode(self, image: bytes) -> GrayImage:
        """Return the grey values (H, W) of an image, in the turn of the caller.

        Raises:
            InvalidInputError: If it cannot be decoded.
        """
        return self.decoder.decode(image) if self.decoder else load_image(image, self.config.image_limits)

    def _result(
        self, data: bytes, number: int, reader: Reader, deadline: float, picture: PictureLimits | None
    ) -> Reading | Exception:
        if time.monotonic() >= deadline:
            return unavailable(_LATE)
        try:
            return self._page(data, number, reader, deadline, picture)
        except Exception as error:  # a page that fails must not take the others with it
            return error.with_traceback(None)  # whose frames hold the image

    def _page(
        self, data: bytes, number: int, reader: Reader, deadline: float, picture: PictureLimits | None
    ) -> Reading:
        # A prediction with several threads works outside of this one, too.
        clock = time.thread_time if self.config.threads == 1 else time.process_time
        with self.admission.turn(deadline) as give_way:
            budget = Budget(self.config.search_seconds, self.config.max_seconds, deadline, clock, give_way)
            budget.charge(picture.seconds if picture else 0.0)
            pixels = picture.max_pixels if picture else 0
            reading = read_decoded(reader, lambda: self._pixels(data, number, budget), budget, pixels)
        reading = replace(reading, page=replace(reading.page, number=number))
        self.metrics.observe_reading(reading)
        if reading.page.complete or (self.config.partial and reading.page.lines):
            return reading
        if time.monotonic() >= deadline:
            raise unavailable(_LATE)
        raise TooMuchWritingError(
            f"The page has too much writing for the {self.config.max_seconds:g} s of processor time that a "
            "page may take."
        )

    def _pixels(self, data: bytes, number: int, budget: Budget) -> GrayImage:
        """Return the grey values (H, W) of a page."""
        if self.decoder is not None:
            return self.decoder.decode_page(data, number, budget.charge)
        return load_image(data, self._limits, number)

    @property
    def _limits(self) -> ImageLimits:
        return replace(self.config.image_limits, max_pages=MAX_FILE_PAGES)


def _ranges(pages: str | None) -> PageRanges:
    if pages is None:
        return PageRanges()
    if len(pages) > _MAX_RANGES_LENGTH:
        raise InvalidInputError(
            f"Expected ?pages= with at most {_MAX_RANGES_LENGTH} characters; received {len(pages)}."
        )
    return PageRanges.parse(pages)
