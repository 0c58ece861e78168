"""What beam search adds to a prefix for its next character, in sentences and in fields.

A language model of sentences knows which digits follow each other in its texts, that a space follows a full
stop, and that a sentence ends with one. Numbers and labels do not keep to that: within a number the image
decides alone, and the first word of a line is not urged to go on or to end as a sentence.
"""

import functools

import numpy as np

from text_recognizer.arrays import Floats, Indices
from text_recognizer.decoding.field_shapes import (
    FIELD_MARKS,
    GROUP_DIGITS,
    GROUP_MARKS,
    NUMBER_MARKS,
    Shape,
    after,
    shapes,
)
from text_recognizer.decoding.language_model.ngram_file import END

# Scores are natural logarithms; a letter that the language model finds likely has about 1, its length bonus.
# They were tuned on 520 amounts, dates, times, post codes and entries of forms in handwriting fonts.
DIGIT_SCORE = 0.5  # of a digit in a number
MARK_SCORE = 2.0  # of a mark behind a digit: it takes few frames, so that a prefix without it wins too easily
ODD_MARK_SCORE = -1.0  # of one that fits no date, time or amount, as the comma in 17.05,1950
SPACE_SCORE = -1.0  # of a space behind a digit and a mark: sentences favour it, numbers do not have it
FIRST_DIGIT_SCORE = -1.0  # of a digit that begins a word: about that of a rare capital
LETTER_DIGIT_SCORE = -2.0  # of a digit behind a letter: codes have it, words do not
CAPITAL_SCORE = -1.0  # of a capital behind a digit, unless a mark stands before that: codes have it
LONE_SCORE = -0.5  # in the first word of a line: of marks behind it, and of the end of the line
UNKNOWN_SCORE = -2.0  # of a sign that no text of the language model has, as € in English
ACCENT_SCORE = -1.0  # added for an accent that no text of the language model has, as é in English

# In fields, where codes as SW1 4AB are to be told from numbers and words.
CAPITALS_SCORE = -0.5  # of a capital behind those that begin the field
CODE_DIGIT_SCORE = -0.5  # of a digit behind them, for which the language model has held much against them
CODE_SPACE_SCORE = 1.0  # of a space behind that digit
CODE_MARK_SCORE = -2.0  # of a mark behind that digit
INNER_SCORE = 0.5  # of a digit behind that space, and of two capitals behind it
INNER_DIGIT_SCORE = -1.5  # of another digit there
UNFINISHED_SCORE = -1.5  # added for the end of a code or a time of which something is missing
UNGROUPED_SCORE = -2.0  # added for the end of an amount as 63,055,91
IMPOSSIBLE_SCORE = -3.0  # added for a digit that no time has there, as 6 behind a colon

_LATE_MINUTE_DIGITS = "6789"  # no minute begins with them
_MINUTE_DIGITS = 2
_LONG_FRACTION_SCORE = -1.0  # added for a fourth digit behind a full stop or comma


class FieldScores:
    """Scores of the next characters of many prefixes; a context says whether a prefix ends within a number.

    ```python
    import numpy as np

    from text_recognizer.decoding.field_scores import FieldScores

    scores = FieldScores("ab12. ", lm_weight=0.5, length_bonus=0.5)
    one, a = (scores.advance(np.array([scores.start]), np.array([label])) for label in (3, 1))
    unlikely = np.full((1, 1), -8.0)  # what a language model says about a 2
    print(scores.of(unlikely, one, np.array([4])))  # behind a 1 it does not matter: [[0.5]]
    print(scores.of(unlikely, a, np.array([2])))  # a b behind an a: 0.5 * -8 + 0.5 = [[-3.5]]
    ```

    Attributes:
        start: The context of the empty prefix.
    """

    start = 0

    def __init__(
        self, characters: str, lm_weight: float, length_bonus: float, unknown: str = "", alike: str = ""
    ) -> None:
        """Fill the tables of all contexts.

        Args:
            characters: Character i is label i + 1; label 0 is the end of the line.
            lm_weight: Weight of the language model's logarithms.
            length_bonus: Added for each character that the language model scores.
            unknown: Those of the characters that the language model has never seen.
            alike: Those of the unknown ones that it scores by letters which they are like.
        """
        numbers = shapes(characters)
        self._contexts = len(numbers)
        size = (len(characters) + 1, self._contexts)
        self._next = np.zeros(size, np.int64)
        self._weights = np.full(size, lm_weight, np.float32)
        self._added = np.full(size, length_bonus, np.float32)
        self._added[END] = 0.0
        for label, character in enumerate(characters, start=1):
            if character in alike:
                self._added[label] += ACCENT_SCORE
            elif character in unknown:
                self._weights[label], self._added[label] = 0.0, UNKNOWN_SCORE
            for shape, context in numbers.items():
                self._next[label, context] = numbers[after(shape, character)]
                self._fix(label, context, fixed_score(shape, character))
                if character == " ":
                    self._added[label, context] += ending_score(shape)
        for shape, context in numbers.items():
            self._fix(END, context, LONE_SCORE if shape.field else None)
            self._added[END, context] += ending_score(shape)

    def _fix(self, label: int, context: int, score: float | None) -> None:
        """Let the score of a label in a context not depend on the language model, unless it is None."""
        if score is not None:
            self._weights[label, context], self._added[label, context] = 0.0, score

    @property
    def tables(self) -> tuple[Indices, Floats, Floats]:
        """By label and context, (labels, contexts) each: the next context, the weight and what is added."""
        return self._next, self._weights, self._added

    def advance(self, contexts: Indices, labels: Indices) -> Indices:
        """Return the contexts (n,) of prefixes after one more label (n,) each."""
        return self._next.take(labels * self._contexts + contexts)

    def of(self, log_probabilities: Floats, contexts: Indices, labels: Indices) -> Floats:
        """Return the scores (k, n) of labels (k,) behind prefixes of contexts (n,).

        Args:
            log_probabilities: (k, n) by the language model.
            contexts: (n,) of the prefixes.
            labels: (k,); 0 ends the line.
        """
        places = (labels * self._contexts)[:, None] + contexts
        scores = self._weights.take(places)
        scores *= log_probabilities
        scores += self._added.take(places)
        return scores


@functools.lru_cache(maxsize=8)  # a process has a few models, and a line would wait for the tables
def field_scores(
    characters: str, lm_weight: float, length_bonus: float, unknown: str = "", alike: str = ""
) -> FieldScores:
    """Return the `FieldScores` of these values, made once."""
    return FieldScores(characters, lm_weight, length_bonus, unknown, alike)


def fixed_score(shape: Shape, character: str) -> float | None:
    """Return the score of a character behind a prefix of a shape, None if the language model decides it."""
    if character.isdecimal():
        return _digit_score(shape, character)
    if character == " ":
        if shape.field and shape.kind == "area":
            return CODE_SPACE_SCORE
        return SPACE_SCORE if shape.kind == "mark" else None
    if character in NUMBER_MARKS and shape.kind in ("digit", "fraction", "area"):
        return _mark_score(shape, character)
    if character.isupper():
        return _capital_score(shape)
    letters = shape.field and shape.kind in ("text", "capitals", "code", "inner", "inner_code")
    return LONE_SCORE if letters and character in FIELD_MARKS else None


def _digit_score(shape: Shape, digit: str) -> float:
    if shape.kind == "start":
        return INNER_SCORE if shape.behind == "area" else FIRST_DIGIT_SCORE
    if shape.kind == "capitals":
        return CODE_DIGIT_SCORE
    if shape.kind in ("text", "code", "inner_code"):
        return LETTER_DIGIT_SCORE
    if shape.kind == "inner":
        return INNER_DIGIT_SCORE
    if shape.mark == ":":
        late = shape.digits >= _MINUTE_DIGITS or (shape.digits == 0 and digit in _LATE_MINUTE_DIGITS)
        return DIGIT_SCORE + (IMPOSSIBLE_SCORE if late else 0.0)
    if shape.digits >= GROUP_DIGITS and shape.mark in GROUP_MARKS and (shape.grouped or not shape.several):
        return DIGIT_SCORE + _LONG_FRACTION_SCORE
    return DIGIT_SCORE


def _mark_score(shape: Shape, mark: str) -> float:
    if shape.kind == "area":
        return CODE_MARK_SCORE
    if shape.kind == "digit" or not shape.field or mark == "-":
        return MARK_SCORE
    if shape.digits == GROUP_DIGITS and shape.mark in GROUP_MARKS:
        return MARK_SCORE if mark in GROUP_MARKS else ODD_MARK_SCORE
    return MARK_SCORE if mark == shape.mark and not shape.grouped else ODD_MARK_SCORE


def _capital_score(shape: Shape) -> float | None:
    if shape.kind in ("inner", "inner_code"):
        return INNER_SCORE if shape.capitals < 2 else CAPITAL_SCORE
    if shape.kind == "capitals":
        return CAPITALS_SCORE
    return CAPITAL_SCORE if shape.kind in ("digit", "area", "code") else None


def ending_score(shape: Shape) -> float:
    """Return what is added for the end of a word of a shape."""
    if shape.kind == "inner" or (shape.kind == "inner_code" and shape.capitals < 2):
        return UNFINISHED_SCORE
    if shape.kind == "fraction" and shape.mark == ":" and shape.digits < _MINUTE_DIGITS:
        return UNFINISHED_SCORE
    ungrouped = shape.kind == "fraction" and shape.grouped and shape.digits != GROUP_DIGITS
    return UNGROUPED_SCORE if ungrouped else 0.0
