import csv
import io

import pytest

from text_recognizer import LinePrediction, PagePrediction
from text_recognizer.formats.tsv import to_tsv
from text_recognizer.tests.formats.pages import CONTROLS, PAGES, SLOPING, TWO_LINES, WORDS

HEADER = [
    "level",
    "page_num",
    "block_num",
    "par_num",
    "line_num",
    "word_num",
    "left",
    "top",
    "width",
    "height",
    "conf",
    "text",
]


def read(document: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(document), delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.mark.parametrize("name", PAGES)
def test_rows_are_those_of_tesseract(name: str) -> None:
    rows = read(to_tsv(PAGES[name]))
    assert all(list(row) == HEADER for row in rows)
    assert [row["level"] for row in rows][:1] == ["1"]
    for row in rows:
        numbers = [int(row[column]) for column in HEADER[:-1]]
        assert (numbers[0] == 5) == bool(row["text"]) == (row["conf"] != "-1")
        assert -1 <= numbers[10] <= 100
        # Counters below the level of a row are 0, the others begin with 1.
        assert [number > 0 for number in numbers[1:6]] == [level < numbers[0] for level in range(5)]


def test_words_have_places_and_confidences() -> None:
    document = to_tsv(SLOPING).splitlines()
    assert document[1:] == [
        "1\t1\t0\t0\t0\t0\t0\t0\t300\t200\t-1\t",
        "2\t1\t1\t0\t0\t0\t20\t20\t200\t54\t-1\t",
        "3\t1\t1\t1\t0\t0\t20\t20\t200\t54\t-1\t",
        "4\t1\t1\t1\t1\t0\t20\t20\t200\t54\t-1\t",
        "5\t1\t1\t1\t1\t1\t24\t22\t56\t36\t90\tto",
        "5\t1\t1\t1\t1\t2\t110\t31\t100\t40\t70\tbe",
    ]


def test_the_text_is_that_of_the_words() -> None:
    assert [row["text"] for row in read(to_tsv(WORDS)) if row["text"]] == ["to", "<be>"]
    assert [row["text"] for row in read(to_tsv(TWO_LINES)) if row["text"]] == [
        "The first line.",
        "and a second",
    ]


@pytest.mark.parametrize("name", CONTROLS)
def test_control_characters_break_no_row(name: str) -> None:
    text, wanted = CONTROLS[name]
    rows = read(to_tsv(PagePrediction((LinePrediction(text, 0.5),), 9, 9)))
    assert [row["text"] for row in rows] == ["", "", "", "", wanted]
