"""What was read of a line, with the check boxes that stand among its words."""

from collections.abc import Sequence
from dataclasses import replace

from text_recognizer.predictions.types import LinePrediction, TextSpan
from text_recognizer.vocabulary import CHECKED_BOX, EMPTY_BOX

_CONFIDENCE = 0.95  # of a box: four sides and four corners are hardly anything else


def with_check_boxes(line: LinePrediction, boxes: Sequence[TextSpan]) -> LinePrediction:
    """Return a line with its check boxes as words, each where it stands.

    ```python
    from text_recognizer import LinePrediction
    from text_recognizer.predictions.check_boxes import check_box, with_check_boxes

    print(with_check_boxes(LinePrediction("Milk", 0.9), [check_box(10, 40, checked=True)]).text)
    ```

    Args:
        line: Without places of its words, all boxes stand before them.
        boxes: From left to right, see `check_box`, in the columns of the line's words.
    """
    for box in reversed(boxes):
        before = sum(word.x1 < box.x1 for word in line.words)
        line = _inserted(line, box, before)
    return line


def check_box(x1: int, x2: int, checked: bool) -> TextSpan:
    """Return a box as a word.

    Args:
        x1: Its first column.
        x2: The column behind its last one.
        checked: Whether it has a tick.
    """
    return TextSpan(CHECKED_BOX if checked else EMPTY_BOX, _CONFIDENCE, x1, x2)


def _inserted(line: LinePrediction, box: TextSpan, before: int) -> LinePrediction:
    """Return a line with a box behind its first `before` words."""
    texts = line.text.split(" ") if line.text else []
    if not texts:
        return replace(line, text=box.text, confidence=box.confidence, words=(box,), characters=(box,))
    place = sum(len(text) + 1 for text in texts[:before])  # of the box among the characters
    alternatives = tuple(
        replace(each, text=_with_word(each.text, box.text, before)) for each in line.alternatives
    )
    characters = line.characters
    if characters:
        following = characters[place].x1 if place < len(characters) else box.x2
        gap = TextSpan(" ", box.confidence, min(box.x2, following), max(box.x2, following))
        own = (box, gap) if place < len(characters) else (gap, box)
        characters = (*characters[:place], *own, *characters[place:])
    return replace(
        line,
        text=_with_word(line.text, box.text, before),
        words=(*line.words[:before], box, *line.words[before:]) if line.words else (),
        characters=characters,
        alternatives=alternatives,
    )


def _with_word(text: str, word: str, before: int) -> str:
    """Return a text with a word behind its first `before` words."""
    words = text.split(" ")
    return " ".join([*words[:before], word, *words[before:]])
