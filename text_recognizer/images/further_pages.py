"""The pages of a file behind its first one, read as well: they belong to one text."""

from collections.abc import Callable
from dataclasses import replace

from text_recognizer.arrays import GrayImage
from text_recognizer.errors import ImageTooLargeError, InvalidInputError
from text_recognizer.images.limits import ImageLimits
from text_recognizer.images.loading import ImageSource, count_pages, load_image
from text_recognizer.images.unread_pages import unread_pages
from text_recognizer.predictions.page_warnings import PageWarning, WarningCode
from text_recognizer.predictions.types import PagePrediction


def with_further_pages(
    first: PagePrediction,
    source: ImageSource,
    limits: ImageLimits,
    read: Callable[[GrayImage], PagePrediction],
    may_go_on: Callable[[], bool],
) -> PagePrediction:
    """Return the first page of a file with the pages behind it as its `following`.

    A page that cannot be decoded is left out, with a warning, and does not stop the others.

    Args:
        first: The first page, as it was read.
        source: As `load_image` takes it; all but a TIFF or a PDF has one page.
        limits: What is accepted; of a file of more pages only the first is read.
        read: Reads the image of a page (H, W).
        may_go_on: Asked before each page; if not, the pages that are left are not read.

    Raises:
        InvalidInputError: As `count_pages` raises it, but not for the number of pages.
    """
    try:
        count = count_pages(source, limits)
    except ImageTooLargeError:
        return replace(first, warnings=(*unread_pages(source, limits), *first.warnings))
    following: list[PagePrediction] = []
    unread: list[str] = []
    complete = first.complete
    for number in range(2, count + 1):
        if not may_go_on():
            unread.append(f"The file has {count} pages; the time sufficed for {number - 1} of them.")
            complete = False
            break
        try:
            page = read(load_image(source, limits, number))
        except InvalidInputError as error:
            unread.append(f"Page {number} of the file was not read. {error}")
        else:
            following.append(replace(page, number=number))
    warnings = [PageWarning(WarningCode.MORE_PAGES, message) for message in unread]
    return replace(
        first, complete=complete, warnings=(*warnings, *first.warnings), following=tuple(following)
    )
