import numpy as np
import pytest

from evaluation.robustness.drawn import TruePage
from evaluation.robustness.scores import LineCounts, count_lines, score_pages
from text_recognizer.geometry import Region
from text_recognizer.predictions.types import LinePrediction, PagePrediction

THREE = ["the first line", "a second one", "and the third"]


def counts(found: list[str]) -> tuple[int, int, int]:
    result = count_lines(THREE, found)
    return result.missed, result.invented, result.out_of_order


def test_lines_are_missed_invented_and_out_of_order() -> None:
    assert counts(THREE) == (0, 0, 0)
    assert counts(["the furst lime", "a second one", "and the third"]) == (0, 0, 0)
    assert counts(THREE[:2]) == (1, 0, 0)
    assert counts([*THREE, "xyz", " "]) == (0, 1, 0)
    assert counts([THREE[1], THREE[0], THREE[2]]) == (0, 0, 1)
    assert counts(THREE[::-1]) == (0, 0, 2)
    assert counts([THREE[0], THREE[0], THREE[1]]) == (1, 1, 0)
    assert counts([f"{THREE[0]} {THREE[1]} {THREE[2]}"]) == (3, 1, 0)
    assert counts([]) == (3, 0, 0)


def test_of_equal_lines_the_one_at_the_same_place_is_taken() -> None:
    cells = ["Plums", "baker", "Monday", "Pears", "baker", "Monday"]
    assert count_lines(cells, ["Plums", "I baker", "I Monday", *cells[3:]]) == LineCounts(6, 6, 0, 0, 0)


def test_equal_lines_are_matched_in_order() -> None:
    assert count_lines(["a", "b", "a"], ["a", "b", "a"]) == LineCounts(3, 3, 0, 0, 0)


def test_counts_add_up() -> None:
    assert LineCounts(1, 2, 3, 4, 5) + LineCounts(1, 1, 1, 1, 1) == LineCounts(2, 3, 4, 5, 6)


def page(lines: tuple[str, ...], regions: tuple[Region, ...] = ()) -> TruePage:
    return TruePage("1", lines, lambda: np.zeros((1, 1), np.uint8), regions)


def read(*texts: str) -> PagePrediction:
    box = Region(0, 0, 100, 20)
    return PagePrediction(tuple(LinePrediction(text, 0.9, box) for text in texts))


def test_pages_are_scored_together() -> None:
    pages = [page(("abcd",), (Region(0, 0, 100, 22),)), page(("abcd",), (Region(0, 90, 100, 120),))]
    scores = score_pages(pages, [read("abcd"), read("abxx")], in_place=True)
    assert scores["cer"] == 0.25
    assert scores["line_f1_50"] == 0.5
    assert (scores["pages"], scores["missed"]) == (2, 1)
    assert "line_f1_50" not in score_pages(pages, [read(), read()], in_place=False)


def test_pictures_without_text_have_no_error_rate() -> None:
    scores = score_pages([page(())], [read("ghost", "")], in_place=True)
    assert scores["invented"] == 1
    assert "cer" not in scores
    assert "line_f1_50" not in scores


@pytest.mark.parametrize("found", [["a"], []])
def test_nothing_expected_is_nothing_missed(found: list[str]) -> None:
    assert count_lines([], found) == LineCounts(0, len(found), 0, len(found), 0)
