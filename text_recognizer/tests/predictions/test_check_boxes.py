import pytest

from text_recognizer import LinePrediction
from text_recognizer.predictions.check_boxes import check_box, with_check_boxes
from text_recognizer.predictions.single import TextAlternative
from text_recognizer.predictions.types import TextSpan


def line(text: str) -> LinePrediction:
    """Return a line each of whose characters takes ten columns, from column 100 on."""
    characters = tuple(TextSpan(c, 0.9, 100 + 10 * i, 110 + 10 * i) for i, c in enumerate(text))
    words, start = [], 0
    for word in text.split(" "):
        words.append(TextSpan(word, 0.9, 100 + 10 * start, 100 + 10 * (start + len(word))))
        start += len(word) + 1
    alternatives = (TextAlternative(text, 0.7), TextAlternative(text.upper(), 0.2))
    return LinePrediction(text, 0.9, words=tuple(words), characters=characters, alternatives=alternatives)


@pytest.mark.parametrize(
    ("columns", "text"),
    [
        ([(10, True)], "\u2611 yes no"),
        ([(133, False)], "yes \u2610 no"),
        ([(10, False), (133, True)], "\u2610 yes \u2611 no"),
        ([(300, True)], "yes no \u2611"),
    ],
)
def test_boxes_stand_among_the_words(columns: list[tuple[int, bool]], text: str) -> None:
    boxed = with_check_boxes(line("yes no"), [check_box(x, x + 6, checked) for x, checked in columns])
    assert boxed.text == text
    assert " ".join(word.text for word in boxed.words) == text
    assert "".join(character.text for character in boxed.characters) == text
    assert [each.text.lower() for each in boxed.alternatives] == [text, text]
    assert all(word.x1 < word.x2 for word in boxed.words)
    assert all(character.x1 <= character.x2 for character in boxed.characters)


def test_without_words_the_box_is_the_line() -> None:
    boxed = with_check_boxes(LinePrediction("", 0.1), [check_box(5, 30, False)])
    assert boxed.text == "\u2610"
    assert boxed.confidence > 0.9
    assert [word.text for word in boxed.words] == ["\u2610"]


def test_without_places_boxes_stand_before_the_text() -> None:
    boxed = with_check_boxes(LinePrediction("yes no", 0.9), [check_box(500, 530, True)])
    assert boxed.text == "\u2611 yes no"
    assert boxed.words == boxed.characters == ()


def test_without_boxes_a_line_is_itself() -> None:
    plain = line("yes no")
    assert with_check_boxes(plain, []) is plain
