"""What beam search adds to a prefix for its next character, in sentences and in fields.

A language model of sentences knows which digits follow each other in its texts, that a space follows a full
stop, and that a sentence ends with one. Numbers and labels do not keep to that: within a number the image
decides alone, and the first word of a line is not urged to go on or to end as a sentence.
"""

import functools

import numpy as np

from text_recognizer.arrays import Floats, Indices
from text_recognizer.decoding.language_model.ngram_file import END

NUMBER_MARKS = ".,:/-"  # between digits they belong to the number
NUMBER_SIGNS = "-+#$£€"  # at the start of a word they may begin a number
FIELD_MARKS = ".,:;!?"  # a language model of sentences puts them behind words

# Scores are natural logarithms; a letter that the language model finds likely has about 1, its length bonus.
# They were tuned on 520 amounts, dates, times, post codes and entries of forms in handwriting fonts.
DIGIT_SCORE = 0.5  # of a digit in a number
MARK_SCORE = 2.0  # of a mark behind a digit: it takes few frames, so that a prefix without it wins too easily
SPACE_SCORE = -1.0  # of a space behind a digit and a mark: sentences favour it, numbers do not have it
FIRST_DIGIT_SCORE = -1.0  # of a digit that begins a word: about that of a rare capital
LETTER_DIGIT_SCORE = -2.0  # of a digit behind a letter: codes have it, words do not
CAPITAL_SCORE = -1.0  # of a capital behind a digit, unless a mark stands before that: codes have it
LONE_SCORE = -0.5  # in the first word of a line: of marks behind it, and of the end of the line
UNKNOWN_SCORE = -2.0  # of a sign that no text of the language model has, as € in English
ACCENT_SCORE = -1.0  # added for an accent that no text of the language model has, as é in English

_TEXT, _START, _DIGIT, _MARK, _SIGN, _FRACTION = range(6)  # how a prefix ends
_CONTEXTS = 6
_OTHER_WORDS = _CONTEXTS  # added to the contexts behind the first space


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

    start = _START

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
        shape = (len(characters) + 1, 2 * _CONTEXTS)
        self._next = np.tile(np.repeat([_TEXT, _TEXT + _OTHER_WORDS], _CONTEXTS), (shape[0], 1))
        self._weights = np.full(shape, lm_weight, np.float32)
        self._added = np.full(shape, length_bonus, np.float32)
        self._added[END] = 0.0
        self._weights[END, :_OTHER_WORDS], self._added[END, :_OTHER_WORDS] = 0.0, LONE_SCORE
        for label, character in enumerate(characters, start=1):
            if character in alike:
                self._added[label] += ACCENT_SCORE
            elif character in unknown:
                self._weights[label], self._added[label] = 0.0, UNKNOWN_SCORE
            for words in (0, _OTHER_WORDS):
                self._fill(label, character, words)
            if character in FIELD_MARKS:
                self._fix(label, _TEXT, LONE_SCORE)

    def _fill(self, label: int, character: str, words: int) -> None:
        """Fill the row of a label in the contexts of the first word (0) or of those behind it."""
        following = self._next[label, words : words + _CONTEXTS]
        if character == " ":
            following[:] = _START + _OTHER_WORDS
            self._fix(label, words + _MARK, SPACE_SCORE)
        if character.isdecimal():
            following[:] = words + _DIGIT
            following[[_MARK, _FRACTION]] = words + _FRACTION
            self._fix(label, words + _TEXT, LETTER_DIGIT_SCORE)
            self._fix(label, words + _START, FIRST_DIGIT_SCORE)
            for context in (_DIGIT, _MARK, _SIGN, _FRACTION):
                self._fix(label, words + context, DIGIT_SCORE)
        if character.isupper():
            self._fix(label, words + _DIGIT, CAPITAL_SCORE)
        if character in NUMBER_SIGNS:
            following[_START] = words + _SIGN
        if character in NUMBER_MARKS:
            for context in (_DIGIT, _FRACTION):
                following[context] = words + _MARK
                self._fix(label, words + context, MARK_SCORE)

    def _fix(self, label: int, context: int, score: float) -> None:
        """Let the score of a label in a context not depend on the language model."""
        self._weights[label, context], self._added[label, context] = 0.0, score

    @property
    def tables(self) -> tuple[Indices, Floats, Floats]:
        """By label and context, (labels, contexts) each: the next context, the weight and what is added."""
        return self._next, self._weights, self._added

    def advance(self, contexts: Indices, labels: Indices) -> Indices:
        """Return the contexts (n,) of prefixes after one more label (n,) each."""
        return self._next.take(labels * (2 * _CONTEXTS) + contexts)

    def of(self, log_probabilities: Floats, contexts: Indices, labels: Indices) -> Floats:
        """Return the scores (k, n) of labels (k,) behind prefixes of contexts (n,).

        Args:
            log_probabilities: (k, n) by the language model.
            contexts: (n,) of the prefixes.
            labels: (k,); 0 ends the line.
        """
        places = (labels * (2 * _CONTEXTS))[:, None] + contexts
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
