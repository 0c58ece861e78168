import math

import pytest

from text_recognizer.formats.markdown import to_markdown
from text_recognizer.geometry import Region
from text_recognizer.predictions.types import LinePrediction, PagePrediction
from text_recognizer.tests.formats.pages import EMPTY, TWO_LINES


def written(text: str) -> str:
    return to_markdown(PagePrediction((LinePrediction(text, 0.9),)))


def page(*boxes: tuple[int, int, int, int]) -> PagePrediction:
    return PagePrediction(
        tuple(LinePrediction("abcdef"[i], 0.9, Region(*box)) for i, box in enumerate(boxes))
    )


def test_lines_of_a_paragraph_keep_their_breaks() -> None:
    assert to_markdown(TWO_LINES) == "The first line.\\\nand a second"
    assert to_markdown(EMPTY) == ""


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("plain, text: it's (quite) so.", "plain, text: it's (quite) so."),
        (
            "*a* _b_ `c` [d] <e> ~f~ a|b &amp; $x$ \\",
            r"\*a\* \_b\_ \`c\` \[d\] \<e\> \~f\~ a\|b \&amp; \$x\$ \\",
        ),
        ("# no heading", r"\# no heading"),
        ("- no list", r"\- no list"),
        ("+ no list", r"\+ no list"),
        ("> no quote", r"\> no quote"),
        ("=====", r"\====="),
        ("12. no list", r"12\. no list"),
        ("3) no list", r"3\) no list"),
        ("1.5 is a number", r"1\.5 is a number"),
        ("in 1950. Then - nothing # at all", "in 1950. Then - nothing # at all"),
        ("     no code", "no code"),
    ],
)
def test_what_was_read_is_no_markup(text: str, wanted: str) -> None:
    assert written(text) == wanted


@pytest.mark.parametrize("degrees", [0, 8, 90, 180, 270])
def test_paragraphs_are_those_of_the_text_however_the_page_is_turned(degrees: int) -> None:
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))

    def turned(*points: tuple[int, int]) -> tuple[tuple[int, int], ...]:
        return tuple((round(500 + cos * x - sin * y), round(500 + sin * x + cos * y)) for x, y in points)

    lines = tuple(
        LinePrediction(
            text,
            0.9,
            baseline=turned((0, y + 15), (300, y + 15)),
            polygon=turned((0, y), (300, y), (300, y + 20), (0, y + 20)),
        )
        for text, y in (("a", 0), ("b", 30), ("c", 80))
    )
    assert to_markdown(PagePrediction(lines, 1000, 1000)) == "a\\\nb\n\nc"


def test_a_gap_and_another_column_begin_a_paragraph() -> None:
    assert to_markdown(page((0, 0, 90, 20), (0, 30, 90, 50), (0, 80, 90, 100))) == "a\\\nb\n\nc"
    assert to_markdown(page((0, 0, 90, 20), (0, 30, 90, 50), (100, 0, 190, 20))) == "a\\\nb\n\nc"
    assert to_markdown(page((0, 0, 40, 20), (60, 2, 90, 22))) == "a\\\nb"  # side by side
