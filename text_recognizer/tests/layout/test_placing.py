import numpy as np

from text_recognizer.geometry import Region
from text_recognizer.layout.crops import LineCrop
from text_recognizer.layout.lines import TextLine
from text_recognizer.layout.outlines import outline
from text_recognizer.layout.placing import place
from text_recognizer.predictions.types import LinePrediction, TextSpan

LINE = TextLine(Region(20, 20, 180, 60), slope=0.25, middle=15.0, above=20.0, below=20.0)
INK = np.zeros((40, 200), np.float32)
INK[10:32, 40:80] = INK[10:32, 100:160] = 1
OUTLINE = outline(LineCrop(INK, -20), 0, LINE)
READ = LinePrediction(
    "a b", 0.9, None,
    (TextSpan("a", 0.9, 44, 78), TextSpan("b", 0.8, 100, 160)),
    (TextSpan("a", 0.9, 44, 78), TextSpan(" ", 0.9, 78, 100), TextSpan("b", 0.8, 100, 160)),
)  # fmt: skip


def test_a_line_gets_its_place_and_keeps_its_text() -> None:
    line = place(READ, OUTLINE, lambda points: points)
    assert (line.text, line.confidence, line.region) == (
        "a b",
        0.9,
        Region(32, 20, 168, 60),
    )  # its ink, and 8 columns
    assert line.baseline == ((20, 32), (180, 72))
    assert line.polygon == ((20, 10), (180, 50), (180, 72), (20, 32))
    first, second = line.words
    assert (first.text, first.confidence, first.x1, first.x2) == ("a", 0.9, 40, 80)  # its ink, not its frames
    assert first.polygon == ((40, 15), (80, 25), (80, 47), (40, 37))
    assert Region.around(second.polygon).x1 == second.x1 == 100
    assert [(each.text, each.x1, each.x2) for each in line.characters] == [
        ("a", 44, 78),
        (" ", 78, 100),
        ("b", 100, 160),
    ]


def test_everything_is_mapped_to_the_image() -> None:
    """A page on its side: its columns are rows of the image."""
    line = place(READ, OUTLINE, lambda points: points[:, ::-1] * 2)
    assert line.region == Region(40, 64, 120, 336)
    assert line.baseline == ((64, 40), (144, 360))
    (first, _) = line.words
    assert first.polygon == ((30, 80), (50, 160), (94, 160), (74, 80))
    assert (first.x1, first.x2) == (30, 94)


def test_a_line_whose_places_are_unknown_gets_its_own() -> None:
    line = place(LinePrediction("a b", 0.9), OUTLINE, lambda points: points)
    assert (line.words, line.characters) == ((), ())
    assert line.region == Region(20, 20, 180, 60)


def test_a_box_holds_all_ink_of_the_words() -> None:
    ink = INK.copy()
    ink[10:32, 160:195] = 1  # behind the end of the line
    read = LinePrediction("a b", 0.9, None, (TextSpan("a", 0.9, 40, 80), TextSpan("b", 0.8, 100, 190)))
    line = place(read, outline(LineCrop(ink, -20), 0, LINE), lambda points: points)
    assert line.region == Region(32, 20, 195, 60)
