"""What was found on pages whose text is known: errors, lines missed, invented and out of order."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from evaluation.robustness.drawn import TruePage
from text_recognizer.metrics import text as metrics
from text_recognizer.metrics.detection import Matches, match_regions
from text_recognizer.predictions.types import LinePrediction, PagePrediction

IOU = 0.5  # a box that overlaps a true one less has found another line

_MAX_EDITS_PER_CHARACTER = 0.5  # a found line is one of the page's if at least half of it is right


@dataclass(frozen=True)
class LineCounts:
    """How many lines were found, and what is wrong with them; `+` sums over pages.

    ```python
    from evaluation.robustness.scores import count_lines

    print(count_lines(["first line", "second one"], ["second one", "first lime", "xyz"]))
    ```

    Attributes:
        expected: True lines.
        found: Found lines that have text.
        missed: True lines that no found one resembles.
        invented: Found lines that resemble no true one that is still free.
        out_of_order: Found lines that would have to be moved to be in order.
    """

    expected: int = 0
    found: int = 0
    missed: int = 0
    invented: int = 0
    out_of_order: int = 0

    def __add__(self, other: "LineCounts") -> "LineCounts":
        """Return the sums of the counts."""
        return LineCounts(
            self.expected + other.expected,
            self.found + other.found,
            self.missed + other.missed,
            self.invented + other.invented,
            self.out_of_order + other.out_of_order,
        )


def count_lines(expected: Sequence[str], found: Sequence[str]) -> LineCounts:
    """Match found lines with true ones, each with one at most, and count what is left.

    Args:
        expected: True lines in reading order.
        found: Found lines in the order in which they are given; those without text do not count.
    """
    found = [text for text in found if text.strip()]
    places = _places(expected, found)
    return LineCounts(
        len(expected),
        len(found),
        len(expected) - len(places),
        len(found) - len(places),
        len(places) - _longest_rise(places),
    )


def _places(expected: Sequence[str], found: Sequence[str]) -> list[int]:
    """Return the place of the true line of each found line that has one, in the order of the found ones.

    Equal texts are matched first: that is cheap and leaves few lines to compare with each other. Of several
    true lines that are equally like, as in tables, the one at the most similar place is taken.
    """
    place: dict[int, int] = {}
    free = set(range(len(expected)))
    equal: dict[str, list[int]] = {}
    for i, text in enumerate(expected):
        equal.setdefault(text, []).append(i)
    _match([(0.0, index, i) for index, text in enumerate(found) for i in equal.get(text, ())], place, free)
    rates = [
        (metrics.edit_distance(found[index], expected[i]) / max(1, len(expected[i])), index, i)
        for index in sorted(set(range(len(found))) - place.keys())
        for i in free
    ]
    _match([each for each in rates if each[0] < _MAX_EDITS_PER_CHARACTER], place, free)
    return [place[index] for index in sorted(place)]


def _match(pairs: Sequence[tuple[float, int, int]], place: dict[int, int], free: set[int]) -> None:
    """Match found lines with true ones, the best pairs first, in place.

    Args:
        pairs: Edits per character, number of the found line, number of the true one.
        place: The true line of each found one; gets those that are matched.
        free: True lines without a found one; loses those that are matched.
    """
    for _, index, i in sorted(pairs, key=lambda pair: (pair[0], abs(pair[1] - pair[2]), pair[1])):
        if i in free and index not in place:
            place[index] = i
            free.remove(i)


def _longest_rise(places: Sequence[int]) -> int:
    """Return the length of the longest part, with gaps, whose places rise: these lines can stay.

    Source: Fredman 1975, "On computing the length of longest increasing subsequences" (patience sorting).
    """
    ends: list[int] = []
    for place in places:
        at = bisect_left(ends, place)
        ends[at : at + 1] = [place]
    return len(ends)


def score_pages(
    pages: Sequence[TruePage], predictions: Sequence[PagePrediction], in_place: bool
) -> dict[str, Any]:
    """Return the scores of pages; those without any text have counts of lines alone.

    Args:
        pages: What is true.
        predictions: What was read, one for each page.
        in_place: Whether the true boxes hold for what was read; then F1 of the boxes is among the scores.
    """
    pairs = list(zip(pages, predictions, strict=True))
    counts = sum((count_lines(page.lines, _texts(read.lines)) for page, read in pairs), LineCounts())
    scores: dict[str, Any] = {"pages": len(pages), **vars(counts)}
    if counts.expected:
        truth = ["\n".join(page.lines) for page in pages]
        errors = metrics.character_errors([read.text for read in predictions], truth)
        low, high = metrics.rate_interval(*errors)
        scores |= {"cer": float(errors[0].sum() / errors[1].sum()), "cer_ci95": [low, high]}
    if in_place and all(page.regions for page in pages):
        scores["line_f1_50"] = sum((_matches(*pair) for pair in pairs), Matches()).f1
    return scores


def _matches(page: TruePage, read: PagePrediction) -> Matches:
    found = [line.region for line in read.lines if line.region is not None]
    return match_regions(page.regions, found, IOU)


def _texts(lines: Sequence[LinePrediction]) -> list[str]:
    return [line.text for line in lines]
