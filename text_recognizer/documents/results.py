"""Documents written to a folder in some formats, and which of them are there already."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from text_recognizer.arrays import GrayImage
from text_recognizer.documents.sources import Source
from text_recognizer.errors import InvalidInputError
from text_recognizer.files import replacing, write_atomically
from text_recognizer.formats import ALL_FORMATS, Format, PictureFormat
from text_recognizer.predictions.document import DocumentPrediction
from text_recognizer.predictions.types import PagePrediction

LoadPage: TypeAlias = Callable[[Source, int], GrayImage]  # gives the image (H, W) of a page


@dataclass(frozen=True)
class Results:
    """The files that are written of each document.

    ```python
    from pathlib import Path, PurePath

    from text_recognizer import DocumentPrediction, LinePrediction, PagePrediction
    from text_recognizer.documents.results import Results
    from text_recognizer.documents.sources import Source
    from text_recognizer.images.loading import load_image

    def load_page(source, number):
        return load_image(source.content, page=number)

    source = Source(Path(folder) / "page.png", "page.png", PurePath("page"))
    results = Results(Path(folder) / "results", ("text", "json"), load_page)
    document = DocumentPrediction((PagePrediction((LinePrediction("to be", 0.9),)),))
    for path, write in results.files(source, document):
        write()
        print(path.name)
    print(results.exist(source, [1]))
    ```

    Attributes:
        folder: Where they go.
        formats: Names of `ALL_FORMATS`.
        load_page: Gives the image of a page to formats that show it.
    """

    folder: Path
    formats: tuple[str, ...]
    load_page: LoadPage

    def files(
        self, source: Source, document: DocumentPrediction
    ) -> Iterator[tuple[Path, Callable[[], None]]]:
        """Yield each file of a document, and what writes it; none for a document without pages."""
        several = len(document.pages) + len(document.failures) > 1
        for name in self.formats if document.pages else ():
            format_ = ALL_FORMATS[name]
            for path, pages in self._parts(source, format_, document.pages, several):
                yield path, self._writer(source, path, format_, pages)

    def exist(self, source: Source, numbers: Sequence[int]) -> bool:
        """Tell whether all files of a document of these pages exist and are not older than the document."""
        pages = [PagePrediction((), number=number) for number in numbers]
        paths = [
            path
            for name in self.formats
            for path, _ in self._parts(source, ALL_FORMATS[name], pages, len(numbers) > 1)
        ]
        try:
            oldest = min(path.stat().st_mtime_ns for path in paths)
            return isinstance(source.content, bytes) or source.content.stat().st_mtime_ns <= oldest
        except OSError:
            return False

    def _parts(
        self, source: Source, format_: Format | PictureFormat, pages: Sequence[PagePrediction], several: bool
    ) -> Iterator[tuple[Path, Sequence[PagePrediction]]]:
        """Yield each file of one format with its pages: one, or one for each page."""
        stem = self.folder / source.place
        if not (several and format_.one_page):
            yield stem.with_name(f"{stem.name}{format_.suffix}"), pages
            return
        for page in pages:
            yield stem.with_name(f"{stem.name}-{page.number}{format_.suffix}"), [page]

    def _writer(
        self, source: Source, path: Path, format_: Format | PictureFormat, pages: Sequence[PagePrediction]
    ) -> Callable[[], None]:
        def write() -> None:
            if isinstance(source.content, Path) and path.resolve() == source.content.resolve():
                raise InvalidInputError("it would replace the file that is read; choose another folder")
            if isinstance(format_, Format):
                text = format_.render(*pages)
                write_atomically(path, text and f"{text}\n")
                return
            with replacing(path) as partial, partial.open("wb") as file:
                format_.write(file, ((page, self.load_page(source, page.number)) for page in pages))

        return write
