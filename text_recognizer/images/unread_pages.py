"""The warning that an image file has more pages than the one that was read."""

from collections.abc import Iterator

from text_recognizer.errors import ImageTooLargeError
from text_recognizer.images.limits import ImageLimits
from text_recognizer.images.reading import ImageSource, count_pages
from text_recognizer.predictions.page_warnings import PageWarning, WarningCode


def unread_pages(source: ImageSource, limits: ImageLimits, advice: str = "") -> Iterator[PageWarning]:
    """Yield a warning if a file, of which only the first page is read, has others.

    Args:
        source: As `load_image` takes it.
        limits: What is accepted; a file of more pages is not refused for the sake of its first one.
        advice: How to read the others.

    Raises:
        InvalidInputError: As `count_pages` raises it, but not for the number of pages.
    """
    try:
        count = count_pages(source, limits)
    except ImageTooLargeError:
        pages = f"more than {limits.max_pages} pages"
    else:
        pages = f"{count} pages" if count > 1 else ""
    if pages:
        message = f"The file has {pages}; only the first was read. {advice}".strip()
        yield PageWarning(WarningCode.MORE_PAGES, message)
