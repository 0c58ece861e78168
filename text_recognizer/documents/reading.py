"""Files -> their pages, read one after the other or side by side -> documents."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from text_recognizer.arrays import GrayImage
from text_recognizer.documents.page_ranges import PageRanges
from text_recognizer.documents.pool import Pool
from text_recognizer.documents.sources import Source, find_sources
from text_recognizer.errors import ArtifactError, TextRecognizerError
from text_recognizer.images.limits import LIBRARY_LIMITS, ImageLimits
from text_recognizer.images.loading import count_pages, load_image
from text_recognizer.paragraph_text_recognizer import ParagraphTextRecognizer
from text_recognizer.predictions.document import DocumentPrediction, PageFailure
from text_recognizer.predictions.types import PagePrediction

Predict: TypeAlias = Callable[[GrayImage], PagePrediction]  # of an image (H, W)
Known: TypeAlias = Callable[[Source, int], PagePrediction | None]
Finished: TypeAlias = Callable[[Source, list[int]], bool]
EXPECTED_ERRORS = (TextRecognizerError, OSError, MemoryError)  # end a page, not the others


@dataclass(frozen=True)
class PageTask:
    """A page that is to be read, or whose result is known already.

    Attributes:
        source: The file.
        number: The page; None stands for a file that cannot be opened.
        last: Whether no page of the file follows.
        known: The result.
    """

    source: Source
    number: int | None
    last: bool
    known: PagePrediction | PageFailure | None = None


@dataclass(frozen=True)
class PageReader:
    """Reads the page of a task.

    ```python
    from pathlib import Path, PurePath

    from text_recognizer import ParagraphTextRecognizer
    from text_recognizer.documents.reading import PageReader, PageTask
    from text_recognizer.documents.sources import Source

    source = Source(Path(folder) / "page.png", "page.png", PurePath("page"))
    print(PageReader(ParagraphTextRecognizer().predict)(PageTask(source, 1, True)).text)
    ```

    Attributes:
        predict: Recognizes the image of a page.
        limits: What images are accepted.
    """

    predict: Predict
    limits: ImageLimits = LIBRARY_LIMITS

    def __call__(self, task: PageTask) -> PagePrediction | PageFailure:
        """Return the page, or why it cannot be read."""
        if task.known is not None or task.number is None:
            return task.known or PageFailure(None, task.source.problem)
        try:
            image = load_image(task.source.content, self.limits, task.number)
            return replace(self.predict(image), image=task.source.name, number=task.number)
        except EXPECTED_ERRORS as error:
            return PageFailure(task.number, reason_of(error))


def reason_of(error: Exception) -> str:
    """Return what an error says, without the address of an object."""
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def page_tasks(
    sources: Iterable[Source],
    pages: PageRanges,
    limits: ImageLimits,
    known: Known = lambda source, number: None,
    finished: Finished = lambda source, numbers: False,
) -> Iterator[PageTask]:
    """Yield a task for each wanted page of each file; one for a file that has none.

    Args:
        sources: The files.
        pages: Which pages are wanted.
        limits: What is accepted.
        known: Returns a page that was read before, or None.
        finished: Tells whether there is nothing left to do for these pages of a file.
    """
    for source in sources:
        try:
            count = 0 if source.problem else count_pages(source.content, limits)
        except EXPECTED_ERRORS as error:
            yield PageTask(source, None, True, PageFailure(None, reason_of(error)))
            continue
        numbers = pages.of(count)
        if not numbers:
            reason = source.problem or f"It has {count} pages, none of those that are wanted."
            yield PageTask(source, None, True, PageFailure(None, reason))
        elif not finished(source, numbers):
            for number in numbers:
                yield PageTask(source, number, number == numbers[-1], known(source, number))


def read_documents(
    tasks: Iterable[PageTask],
    pool: "Pool[PageTask, PagePrediction | PageFailure]",
    on_page: Callable[[PageTask, PagePrediction | PageFailure], PagePrediction | PageFailure],
) -> Iterator[tuple[Source, DocumentPrediction]]:
    """Yield each file with what was read of it, in the order of the tasks.

    Args:
        tasks: The pages.
        pool: Reads them with a `PageReader`.
        on_page: Called for each page; returns what is kept of it until its document is whole.

    Raises:
        ArtifactError: If the model of a process is missing or damaged.
    """
    read: list[PagePrediction] = []
    failures: list[PageFailure] = []
    for task, result in pool.run(tasks):
        if isinstance(result, Exception):
            if isinstance(result, ArtifactError) or not isinstance(result, EXPECTED_ERRORS):
                raise result
            result = PageFailure(task.number, reason_of(result))
        kept = on_page(task, result)
        if isinstance(kept, PageFailure):
            failures.append(kept)
        else:
            read.append(kept)
        if task.last:
            yield task.source, DocumentPrediction(tuple(read), task.source.name, tuple(failures))
            read, failures = [], []


def recognize(
    paths: str | Path | Iterable[str | Path],
    pages: str = "",
    recursive: bool = False,
    jobs: int = 1,
    recognizer: ParagraphTextRecognizer | None = None,
) -> Iterator[DocumentPrediction]:
    """Return an iterator over the document of each file that paths name: images, TIFF and PDF with all pages.

    What cannot be read is among the `failures` of its document and does not stop the others. Pages are read
    while documents are taken, so that memory does not grow with the number of files.

    Args:
        paths: Files, folders or patterns like `scans/*.pdf`; or one of them.
        pages: Which pages of each file, like `1-3,7,10-`; empty: all.
        recursive: Whether folders within folders count.
        jobs: Number of threads that read pages side by side; they share the recognizer.
        recognizer: Reads the pages; default: one with the shipped models.

    Raises:
        InvalidInputError: If `pages` names none.
        ArtifactError: If a shipped model is missing or damaged.
    """
    ranges = PageRanges.parse(pages) if pages else PageRanges()
    reader = recognizer or ParagraphTextRecognizer()
    sources = find_sources([paths] if isinstance(paths, str | Path) else paths, recursive)
    pool = Pool(PageReader(reader.predict, reader.limits), jobs)
    return _recognized(page_tasks(sources, ranges, reader.limits), pool)


def _recognized(
    tasks: Iterable[PageTask], pool: "Pool[PageTask, PagePrediction | PageFailure]"
) -> Iterator[DocumentPrediction]:
    with pool:
        for _, document in read_documents(tasks, pool, lambda task, result: result):
            yield document
