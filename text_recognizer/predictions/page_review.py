"""A page that was read -> its warnings, and the same page with lines of one kind only."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from text_recognizer.geometry import Region
from text_recognizer.predictions.page_warnings import PageWarning, WarningCode
from text_recognizer.predictions.types import LineKind, LinePrediction, PagePrediction

MIN_CONFIDENCE = 0.7  # of a page: below it, every third character, or lone word, is probably wrong
MIN_KNOWN_CONFIDENCE = 0.4  # below it, as a rule, the page shows another script, or no writing
# A capital within a word, but for McDonald, or a digit between small letters.
_MIXED = re.compile("(?<!^Mc)(?<!^Mac)(?<=[a-z])[A-Z]|[a-z][0-9]+[A-Za-z]|[A-Za-z][0-9]+[a-z]")
_MIN_MIXED_SHARE = 0.12  # of the words; in English handwriting, 1 in 100 is misread so
_MIN_MIXED_WORDS = 2  # one may be a name or a code
_QUARTERS = ("", "lay on its side", "lay upside down", "lay on its side")


def reviewed(
    page: PagePrediction, greedy_lines: int = 0, illegible_lines: int = 0, unprepared: bool = False
) -> PagePrediction:
    """Return a page with warnings about what was read, behind those that it has.

    Args:
        page: As it was read.
        greedy_lines: Number of lines that were read without the language model for lack of time.
        illegible_lines: Number of lines that were found, but left out because no text was read.
        unprepared: Whether a part of its preparation was left out for lack of time.
    """
    of_time = _of_time(page, greedy_lines, unprepared)
    found = (*_of_text(page), *_of_lines(illegible_lines), *of_time)
    return replace(page, warnings=(*page.warnings, *found))


def of_sheets(sheets: Sequence[Region]) -> Iterator[PageWarning]:
    """Yield a warning about sheets that were cut out of the image, if there are any.

    Args:
        sheets: Their places on the image; none if there is nothing around the page.
    """
    if sheets:
        one = len(sheets) == 1
        what = "A sheet of paper was" if one else f"{len(sheets)} sheets of paper were"
        yield PageWarning(
            WarningCode.OUTSIDE_SHEET,
            f"{what} found in the image; what lies beside {'it' if one else 'them'} was not read.",
            Region.around(corner for sheet in sheets for corner in sheet.corners),
        )


def of_preparation(inverted: Sequence[Region], quarters: int) -> Iterator[PageWarning]:
    """Yield warnings about what was done to a page before it was read.

    Args:
        inverted: Parts that are light on dark.
        quarters: By how many quarter turns, clockwise, it was turned.
    """
    if quarters:
        yield PageWarning(
            WarningCode.TURNED,
            f"The page {_QUARTERS[quarters % 4]}; it was turned by {90 * (quarters % 4)} degrees clockwise "
            "and read.",
        )
    for part in inverted:
        yield PageWarning(
            WarningCode.INVERTED_PART, "A part of the page is light on dark; it was read inverted.", part
        )


def of_pale_strokes(unread: bool) -> Iterator[PageWarning]:
    """Yield a warning if pale strokes were left out that may be writing."""
    if unread:
        yield PageWarning(
            WarningCode.PALE_STROKES,
            "Pale strokes beside darker ones were left out: they look as if they showed through from the "
            "other side of the paper. If they are writing, make them darker.",
        )


def of_cut_lines(lines: Sequence[LinePrediction]) -> Iterator[PageWarning]:
    """Yield a warning about lines that run into the border of the image, if there are any."""
    regions = [line.region for line in lines if line.region is not None]
    if regions:
        verb = "reaches" if len(regions) == 1 else "reach"
        yield PageWarning(
            WarningCode.CUT_OFF,
            f"{count_lines(len(regions))} {verb} the border of the image and may be cut off there.",
            Region.around(corner for region in regions for corner in region.corners),
        )


def only_lines(page: PagePrediction, kind: LineKind) -> PagePrediction:
    """Return a page without lines of the other kind; if it had some, a warning says so."""
    kept = tuple(line for line in page.lines if line.kind in (kind, None))
    left_out = len(page.lines) - len(kept)
    if not left_out:
        return page
    other = "print" if kind == "handwriting" else "handwriting"
    verb = "was" if left_out == 1 else "were"
    warning = PageWarning(
        WarningCode.KIND_LEFT_OUT, f"{count_lines(left_out)} of {other} {verb} left out, as asked for."
    )
    return replace(page, lines=kept, warnings=(*page.warnings, warning))


def _of_text(page: PagePrediction) -> Iterator[PageWarning]:
    """Yield warnings about the text itself."""
    if not page.text.strip():
        if page.complete:
            yield PageWarning(WarningCode.NO_TEXT, "No text was found in the image.")
    elif page.confidence < MIN_KNOWN_CONFIDENCE or looks_foreign(page.text):
        yield PageWarning(
            WarningCode.UNKNOWN_SCRIPT,
            "The writing looks like none that the model knows. The image may show another script, or no "
            "writing at all.",
        )
    elif page.confidence < MIN_CONFIDENCE:
        yield PageWarning(
            WarningCode.LOW_CONFIDENCE,
            f"Only about {page.confidence:.0%} of the text is likely to be right. Compare it with the image.",
        )


def looks_foreign(text: str) -> bool:
    """Tell whether many words of a text mix their letters as no word of the alphabet does.

    Letters of other alphabets, Cyrillic and Greek for example, are read surely as those that they resemble:
    `HeCYacTTIUBa`. So are those of a page that is upside down: `aSoYm`.
    """
    words = re.findall(r"[A-Za-z0-9]{3,}", text)
    mixed = sum(_MIXED.search(word) is not None for word in words)
    return mixed >= max(_MIN_MIXED_WORDS, _MIN_MIXED_SHARE * len(words))


def _of_lines(illegible: int) -> Iterator[PageWarning]:
    """Yield a warning about lines that were left out because no text was read, if there are any."""
    if illegible:
        yield PageWarning(
            WarningCode.ILLEGIBLE_LINES,
            f"In {count_lines(illegible)} no text could be read; nothing is written for that.",
        )


def _of_time(page: PagePrediction, greedy_lines: int, unprepared: bool) -> Iterator[PageWarning]:
    """Yield warnings about what the time did not suffice for."""
    if unprepared:
        yield PageWarning(
            WarningCode.UNPREPARED,
            "The time for an image did not suffice to level the page, to even its light or to remove the "
            "rules of its paper. Straighten it, make it smaller, or split it into several images.",
        )
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
