"""Where documents go: stdout, a folder, pictures; and what could not be read, on stderr."""

import argparse
import json
from collections.abc import Callable, Iterator
from pathlib import Path

from text_recognizer.arrays import GrayImage
from text_recognizer.cli.batch.progress import Progress
from text_recognizer.cli.reporting import UnprintableError, complain, emit, on_one_line
from text_recognizer.documents.reading import EXPECTED_ERRORS, reason_of
from text_recognizer.documents.results import Results
from text_recognizer.documents.sources import Source
from text_recognizer.formats import FORMATS
from text_recognizer.formats.picture import save_page_picture
from text_recognizer.images.limits import ImageLimits
from text_recognizer.images.loading import load_image
from text_recognizer.predictions.document import DocumentPrediction
from text_recognizer.predictions.types import PagePrediction


class Delivery:
    """Prints or writes documents, as the options of `recognize` say.

    ```python
    from argparse import Namespace
    from pathlib import Path, PurePath

    from text_recognizer import DocumentPrediction, LinePrediction, PagePrediction
    from text_recognizer.cli.batch.delivery import Delivery
    from text_recognizer.cli.batch.progress import Progress
    from text_recognizer.documents.sources import Source
    from text_recognizer.images.limits import LIBRARY_LIMITS

    delivery = Delivery(Namespace(output=None, draw=None, format=("text",)), LIBRARY_LIMITS)
    delivery.begin(1, Progress(1, shown=False))
    page = PagePrediction((LinePrediction("to be", 0.9),))
    delivery.deliver(Source(b"", "page.png", PurePath("page")), DocumentPrediction((page,)))
    ```
    """

    def __init__(self, args: argparse.Namespace, limits: ImageLimits) -> None:
        """Prepare to deliver.

        Args:
            args: Have `output`, `draw` and `format`.
            limits: What images are accepted.
        """
        self._format: str = args.format[0]
        self._draw: Path | None = args.draw
        self._limits = limits
        self._results = None if args.output is None else Results(args.output, args.format, self._image)
        self._count = self._number = 0
        self._progress: Progress | None = None

    def begin(self, count: int, progress: Progress) -> None:
        """Prepare for `count` documents; the line of `progress` is hidden when something is printed."""
        self._count, self._number, self._progress = count, 0, progress

    def finished(self, source: Source, numbers: list[int]) -> bool:
        """Tell whether all files of a document of these pages are written already."""
        return self._results is not None and self._results.exist(source, numbers)

    def deliver(self, source: Source, document: DocumentPrediction) -> bool:
        """Print or write a document, and say what could not be read; tell whether all was delivered."""
        self._number += 1
        for failure in document.failures:
            page = "" if failure.number in (None, 1) and not document.pages else f", page {failure.number}"
            self._complain(f"{source.name}{page}: {failure.reason}")
        for number, warning in ((page.number, each) for page in document.pages for each in page.warnings):
            page_name = f", page {number}" if len(document.pages) > 1 else ""
            self._complain(f"{source.name}{page_name}: {warning.message}")
        delivered = self._results is not None or self._print(source, document)
        for path, write in self._files(source, document):
            try:
                write()
            except EXPECTED_ERRORS as error:  # neither the text on stdout nor another file is lost
                self._complain(f"{source.name}: {path} cannot be written: {reason_of(error)}")
                delivered = False
        return delivered

    def _print(self, source: Source, document: DocumentPrediction) -> bool:
        record = self._record(source, document) if document.pages else ""
        if not record:  # of nothing no empty line either
            return True
        try:
            emit(record)
        except UnprintableError as error:
            self._complain(f"{source.name}: {error}")
            return False
        return True

    def _record(self, source: Source, document: DocumentPrediction) -> str:
        """Return what is printed of a document."""
        if self._format == "json":  # not as in files, which are UTF-8: stdout takes names of any bytes
            return "\n".join(json.dumps(page.to_dict(), ensure_ascii=False) for page in document.pages)
        format_ = FORMATS[self._format]
        if format_.one_page:
            text = "\n".join(format_.render(page) for page in document.pages)
        else:
            text = format_.render(*document.pages)
        if self._count == 1 or self._format == "jsonl":
            return text
        gap = "" if self._number == 1 else "\n"
        return f"{gap}==> {on_one_line(source.name)} <==" + (f"\n{text}" if text else "")

    def _files(
        self, source: Source, document: DocumentPrediction
    ) -> Iterator[tuple[Path, Callable[[], None]]]:
        """Yield each file that is asked for, and what writes it."""
        if self._results is not None:
            yield from self._results.files(source, document)
        if self._draw is not None:
            for page in document.pages:
                yield self._picture(source, self._draw, page, len(document.pages) > 1)

    def _picture(
        self, source: Source, path: Path, page: PagePrediction, several: bool
    ) -> tuple[Path, Callable[[], None]]:
        """Return where the picture of a page goes, and what writes it."""
        numbers = [self._number] * (self._count > 1) + [page.number] * several
        path = path.with_name("-".join([path.stem, *map(str, numbers)]) + path.suffix)
        return path, lambda: save_page_picture(self._image(source, page.number), page, path)

    def _image(self, source: Source, number: int) -> GrayImage:
        """Return the image (H, W) of a page."""
        return load_image(source.content, self._limits, number)

    def _complain(self, message: str) -> None:
        if self._progress is not None:
            self._progress.hide()
        complain(message)
