"""Pages that a format must be able to write."""

from dataclasses import replace

from text_recognizer import LinePrediction, PagePrediction, Region
from text_recognizer.predictions.types import TextSpan

EMPTY = PagePrediction((), 100, 200)
NOTHING_KNOWN = PagePrediction(())
TWO_LINES = PagePrediction(
    (
        LinePrediction("The first line.", 0.9, Region(10, 20, 300, 60)),
        LinePrediction("and a second", 0.75, Region(12, 70, 280, 110)),
    ),
    400,
    300,
)
SPECIAL = PagePrediction(
    tuple(
        LinePrediction(text, 0.5, Region(0, 10 * number, 50, 10 * number + 9))
        for number, text in enumerate(
            [
                "<script>alert('x')</script>",
                "a & b &amp; \"c\" 'd' ]]> <!-- -->",
                "",
                " ",
                "  two  spaces   inside  ",
                "äöü ß € 漢字 😀 ‮rtl",
                "0 < 1 > 0",
            ]
        )
    ),
    50,
    80,
)
LONE_LINE = PagePrediction((LinePrediction("a line image", 1.0),), 640, 48)
WORDS = PagePrediction(
    (
        LinePrediction(
            "to <be>",
            0.7,
            Region(10, 20, 90, 40),
            (TextSpan("to", 0.9, 5, 40), TextSpan("<be>", 0.6, 50, 95)),  # both reach out of the line
        ),
    ),
    100,
    50,
)
SLOPING = PagePrediction(
    (
        LinePrediction(
            "to be",
            0.8,
            Region(20, 20, 220, 80),
            (
                TextSpan("to", 0.9, 24, 80, ((24, 22), (80, 28), (80, 58), (24, 52))),
                TextSpan("be", 0.7, 110, 210, ((110, 31), (210, 41), (210, 71), (110, 61))),
            ),
            baseline=((20, 50), (120, 60), (220, 70)),
            polygon=((20, 20), (220, 40), (220, 74), (20, 54)),
        ),
        LinePrediction(
            "", 0.1, Region(20, 100, 220, 140), polygon=((20, 100), (220, 120), (220, 140), (20, 120))
        ),
    ),
    300,
    200,
    image="scans/letter.png",
)
LANGUAGES = PagePrediction(
    (
        LinePrediction("Dear Sir", 0.9, Region(10, 20, 300, 60), language="en"),
        LinePrediction("Chere amie", 0.8, Region(12, 70, 280, 110), language="fr"),
        LinePrediction("qzx", 0.7, Region(12, 120, 280, 160)),
    ),
    400,
    300,
)
UNSIZED = PagePrediction(TWO_LINES.lines)

PAGES = {
    "empty": EMPTY,
    "nothing known": NOTHING_KNOWN,
    "two lines": TWO_LINES,
    "special": SPECIAL,
    "lone line": LONE_LINE,
    "unsized": UNSIZED,
    "words": WORDS,
    "sloping": SLOPING,
    "languages": LANGUAGES,
    "certain": PagePrediction((LinePrediction("x", 0.0), LinePrediction("y", 1.0)), 9, 9),
}


def without_blank_lines(page: PagePrediction) -> PagePrediction:
    """Return what a document holds of a page."""
    return replace(page, lines=tuple(line for line in page.lines if line.text.strip()))


# What no document may hold, and what is left of it.
CONTROLS = {
    "nul": ("a\0b", "ab"),
    "c0": ("a\x01\x08\x0b\x0c\x0e\x1f\x7fb", "a  b"),
    "c1": ("a\x80\x85\x9fb", "a b"),
    "escape sequence": ("\x1b[31mred", "[31mred"),
    "breaks": ("a\tb\nc\rd\u2028e\u2029f", "a b c d e f"),
    "lone surrogates": ("a\udfff\ud800b", "ab"),
    "non-characters": ("a\ufffe\uffff\ufdd0b", "ab"),
}
