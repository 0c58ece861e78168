"""The shapes of numbers, dates, times, amounts and codes, as states that a prefix of a line goes through.

A lone field - the first word of a line, and words of digits or capitals behind it - has one of a few shapes:
`05.11.1987`, `09:45`, `1,250.00`, `SW1 4AB`. A state says what a prefix ends with. Within sentences, less is
told apart.
"""

from dataclasses import dataclass, replace

NUMBER_MARKS = ".,:/-"  # between digits they belong to the number
NUMBER_SIGNS = "-+#$£€"  # at the start of a word they may begin a number
FIELD_MARKS = ".,:;!?"  # a language model of sentences puts them behind words

GROUP_MARKS = ".,"  # between groups of three digits, and before decimals
GROUP_DIGITS = 3
MOST_DIGITS = 4  # behind a mark they are told apart up to here: a year has as many
MOST_CAPITALS = 3


@dataclass(frozen=True)
class Shape:
    """What a prefix ends with.

    ```python
    from text_recognizer.decoding.field_shapes import START, after

    shape = START
    for character in "1,250":
        shape = after(shape, character)
    print(shape.kind, shape.mark, shape.digits)  # fraction , 3
    ```

    Attributes:
        kind: `text` is all that has no digits; `start` a space, or nothing; `digit` digits without a mark;
            `mark` a mark behind digits; `fraction` digits behind that; `sign` a sign at the start of a word.
            In fields also `capitals` at the start of a word; `area` digits behind these; `code` capitals
            behind digits; `inner` digits of the word behind an area, and `inner_code` capitals behind them.
        field: Whether within a lone field.
        mark: The last mark of a number in a field, as far as it is to be told from others.
        grouped: Whether a mark before that separated three digits.
        several: Whether there was a mark before that.
        digits: Behind the mark, up to `MOST_DIGITS`.
        capitals: Of `capitals`, up to `MOST_CAPITALS`, and of `inner_code`.
        behind: Kind that stood before the space, of a `start` in a field.
    """

    kind: str
    field: bool = False
    mark: str = ""
    grouped: bool = False
    several: bool = False
    digits: int = 0
    capitals: int = 0
    behind: str = ""


START = Shape("start", field=True)  # of the empty prefix
_TEXT = Shape("text")
_OTHER_START = Shape("start")
_NUMBERS = ("digit", "fraction", "area", "code")


def after(shape: Shape, character: str) -> Shape:
    """Return the shape of a prefix that one more character stands behind."""
    if character == " ":
        goes_on = shape.field and shape.kind in _NUMBERS
        return Shape("start", field=True, behind=shape.kind) if goes_on else _OTHER_START
    if character.isdecimal():
        return _behind_digit(shape)
    if character in NUMBER_MARKS and shape.kind in ("digit", "fraction", "area"):
        return _behind_mark(shape, character)
    if character in NUMBER_SIGNS and shape.kind == "start":
        return Shape("sign", field=shape.field)
    if character.isupper() and shape.field:
        return _behind_capital(shape)
    return replace(_TEXT, field=shape.field)


def _behind_digit(shape: Shape) -> Shape:
    if not shape.field:
        return Shape("fraction" if shape.kind in ("mark", "fraction") else "digit")
    if shape.kind in ("mark", "fraction"):
        return replace(shape, kind="fraction", digits=min(MOST_DIGITS, shape.digits + 1))
    if shape.kind in ("capitals", "area"):
        return Shape("area", field=True)
    if shape.kind in ("inner", "inner_code") or shape.behind == "area":
        return Shape("inner", field=True)
    return Shape("digit", field=True)


def _behind_mark(shape: Shape, mark: str) -> Shape:
    if not shape.field:
        return Shape("mark")
    if shape.kind != "fraction":
        return Shape("mark", field=True, mark=mark)
    grouped = mark in GROUP_MARKS and shape.mark in GROUP_MARKS and shape.digits == GROUP_DIGITS
    return Shape("mark", field=True, mark=mark, grouped=grouped and mark == shape.mark, several=True)


def _behind_capital(shape: Shape) -> Shape:
    if shape.kind == "start":
        return Shape("capitals", field=True, capitals=1)
    if shape.kind == "capitals":
        return replace(shape, capitals=min(MOST_CAPITALS, shape.capitals + 1))
    if shape.kind in ("inner", "inner_code"):
        return Shape("inner_code", field=True, capitals=min(MOST_CAPITALS, shape.capitals + 1))
    return Shape("code" if shape.kind in ("digit", "area", "code") else "text", field=True)


def shapes(characters: str) -> dict[Shape, int]:
    """Return the shapes that prefixes of characters can have, with their numbers; `START` is the first."""
    numbers = {START: 0}
    waiting = [START]
    while waiting:
        shape = waiting.pop()
        for character in characters:
            follows = after(shape, character)
            if follows not in numbers:
                numbers[follows] = len(numbers)
                waiting.append(follows)
    return numbers
