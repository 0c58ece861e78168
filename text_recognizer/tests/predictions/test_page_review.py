from dataclasses import replace

import pytest

from text_recognizer.geometry import Region
from text_recognizer.predictions.page_review import (
    of_cut_lines,
    of_preparation,
    of_sheets,
    only_lines,
    reviewed,
)
from text_recognizer.predictions.page_warnings import PageWarning
from text_recognizer.predictions.types import LinePrediction, PagePrediction

SURE, DOUBTFUL = LinePrediction("to be", 0.95), LinePrediction("xq vv", 0.5)


def codes(page: PagePrediction) -> list[str]:
    return [warning.code for warning in page.warnings]


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (PagePrediction((SURE,)), []),
        (PagePrediction(()), ["no_text"]),
        (PagePrediction((LinePrediction(" ", 0.9),)), ["no_text"]),
        (PagePrediction((SURE, DOUBTFUL, DOUBTFUL)), ["low_confidence"]),
        (PagePrediction((SURE,), complete=False), ["incomplete"]),
        (PagePrediction((), complete=False), ["incomplete"]),
    ],
)
def test_what_was_read_decides_about_the_warnings(page: PagePrediction, expected: list[str]) -> None:
    assert codes(reviewed(page)) == expected


def test_a_page_keeps_the_warnings_that_it_has() -> None:
    page = PagePrediction((SURE,), warnings=(PageWarning("turned", "It was turned."),))
    assert codes(reviewed(page, greedy_lines=1)) == ["turned", "without_language_model"]
    assert codes(reviewed(page, unprepared=True)) == ["turned", "unprepared"]
    assert "remove the rules of its paper" in reviewed(page, unprepared=True).warnings[1].message
    assert "1 line was read" in reviewed(page, greedy_lines=1).warnings[1].message


def test_the_lines_that_were_read_in_time_are_counted() -> None:
    (warning,) = reviewed(PagePrediction((SURE, SURE), complete=False)).warnings
    assert "first 2 lines were read" in warning.message


def test_what_was_done_to_a_page_is_said_with_its_place() -> None:
    part = Region(0, 0, 50, 20)
    warnings = list(of_preparation([part], 2))
    assert [(warning.code, warning.region) for warning in warnings] == [
        ("turned", None), ("inverted_part", part)
    ]  # fmt: skip
    assert "180 degrees" in warnings[0].message
    assert list(of_preparation([], 0)) == []


def test_sheets_on_a_table_are_counted_and_framed() -> None:
    sheets = [Region(5, 5, 300, 200), Region(320, 10, 600, 190)]
    (one,) = of_sheets(sheets[:1])
    assert (one.code, one.region) == ("outside_sheet", sheets[0])
    assert one.message.startswith("A sheet of paper was ")
    (both,) = of_sheets(sheets)
    assert (both.code, both.region) == ("outside_sheet", Region(5, 5, 600, 200))
    assert both.message.startswith("2 sheets of paper were ")
    assert list(of_sheets([])) == []


def test_cut_lines_are_counted_and_framed() -> None:
    lines = [LinePrediction("a", 1, Region(0, y, 90, y + 20)) for y in (10, 50)]
    (warning,) = of_cut_lines(lines)
    assert (warning.code, warning.region) == ("cut_off", Region(0, 10, 90, 70))
    assert warning.message.startswith("2 lines reach ")
    assert list(of_cut_lines([])) == []


def test_lines_without_text_and_hardly_legible_ones_are_mentioned() -> None:
    assert codes(reviewed(PagePrediction((SURE,)), illegible_lines=2)) == ["illegible_lines"]
    assert codes(reviewed(PagePrediction((LinePrediction("xq vv", 0.2),)))) == ["unknown_script"]


def test_lines_of_the_other_kind_are_left_out_which_is_said() -> None:
    written, printed = replace(SURE, kind="handwriting"), replace(DOUBTFUL, kind="print")
    page = PagePrediction((written, printed, SURE))
    kept = only_lines(page, "handwriting")
    assert (kept.lines, codes(kept)) == ((written, SURE), ["kind_left_out"])
    assert "1 line of print was" in kept.warnings[0].message
    assert only_lines(page, "print").lines == (printed, SURE)
    assert only_lines(kept, "handwriting") == kept


@pytest.mark.parametrize(
    ("text", "foreign"),
    [
        ("HA APYTa, KaMAT HECHaCTIBan CeMbA\nHecYacTTIUBa", True),  # Cyrillic
        ("Hviwood Ivan to orite TOU Elval In SixITNS\nTOU MEOD OTOVypOvo", True),  # Greek
        ("PLEASE WRITE IN BLOCK CAPITALS", False),
        ("Mr McDonald paid $1,250.00 for 3 of A4B", False),
        ("La Federation du Laos de football est une association", False),
        ("by 9:30 on 12.05.1931, SW1A 2AB", False),
    ],
)
def test_letters_of_other_alphabets_are_noticed(text: str, foreign: bool) -> None:
    page = reviewed(PagePrediction((LinePrediction(text, 0.95),)))
    assert codes(page) == ["unknown_script"] * foreign
