"""A page that was read -> its warnings."""

from collections.abc import Iterator
from dataclasses import replace

from text_recognizer.page_warnings import PageWarning, WarningCode
from text_recognizer.types import PagePrediction

MIN_CONFIDENCE = 0.7  # of a page: below it, every third character or more is probably wrong


def reviewed(page: PagePrediction, greedy_lines: int = 0) -> PagePrediction:
    """Return a page with warnings about what was read, behind those that it has.

    Args:
        page: As it was read.
        greedy_lines: Number of lines that were read without the language model for lack of time.
    """
    return replace(page, warnings=(*page.warnings, *_of_text(page), *_of_time(page, greedy_lines)))


def _of_text(page: PagePrediction) -> Iterator[PageWarning]:
    """Yield warnings about the text itself."""
    if not page.text.strip():
        if page.complete:
            yield PageWarning(WarningCode.NO_TEXT, "No text was found in the image.")
    elif page.confidence < MIN_CONFIDENCE:
        yield PageWarning(
            WarningCode.LOW_CONFIDENCE,
            f"Only about {page.confidence:.0%} of the characters are likely to be right. Compare the text "
            "with the image.",
        )


def _of_time(page: PagePrediction, greedy_lines: int) -> Iterator[PageWarning]:
    """Yield warnings about what the time did not suffice for."""
    if not page.complete:
        yield PageWarning(
            WarningCode.INCOMPLETE,
            f"Only the first {count_lines(len(page.lines))} were read; the time for an image did not suffice "
            "for the others. Split the image into several ones.",
        )
    if greedy_lines:
        verb = "was" if greedy_lines == 1 else "were"
        yield PageWarning(
            WarningCode.WITHOUT_LANGUAGE_MODEL,
            f"{count_lines(greedy_lines)} {verb} read without the language model, because the image has much "
            "writing.",
        )


def count_lines(count: int) -> str:
    """Return `1 line`, `2 lines` and so on."""
    return "1 line" if count == 1 else f"{count} lines"
