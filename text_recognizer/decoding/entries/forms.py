"""Lone entries that are dates, times, amounts or post codes: what an image shows if it is one of these.

The search goes from character to character, so that it reads `PEI2 OOR` where a form has room for nothing but
`PE12 0OR`. What it has found is therefore compared with what the image most probably says in each form: a
sequence of classes of characters is aligned with the frames as a text is, and of each class the character is
taken that its frames favour. The image decides: a form is worth a few natural logarithms, no more than what
its fixed places save, and what has a known form already is not compared, but for whole numbers, which may
have lost their mark.
"""

import re
import string
from collections.abc import Iterator, Mapping
from types import MappingProxyType

import numpy as np

from text_recognizer.arrays import Logits, LogProbabilities
from text_recognizer.decoding.alignment import align
from text_recognizer.decoding.entries.number_marks import MAX_CHARACTERS, has_known_form
from text_recognizer.decoding.greedy import log_probability
from text_recognizer.decoding.probabilities import log_softmax
from text_recognizer.errors import InvalidInputError
from text_recognizer.vocabulary import Vocabulary

# In favour of a form, natural logarithms; chosen among entries drawn in 165 handwriting fonts.
FORM_SCORES: Mapping[str, float] = MappingProxyType({"date": 6.0, "time": 4.0, "amount": 4.0, "code": 6.0})
# In favour of marks in a whole number; with 3 for amounts, three of 80 whole numbers got one that they lack.
MARK_SCORES: Mapping[str, float] = MappingProxyType({"date": 6.0, "time": 3.0, "amount": 2.0})

_MAX_DIFFERENCE = 2  # characters that an entry may have more or less than what was found

_FIRST_DIGITS = {"d": "0123", "m": "01", "y": "12", "h": "012", "s": "012345"}  # of days, months, years ...
_CLASSES = {"9": string.digits, "A": string.ascii_uppercase, **_FIRST_DIGITS}


def _templates() -> Iterator[tuple[str, str]]:
    """Yield the sequences of classes and marks that an entry can consist of, and the names of their forms."""
    for digits in ("9" * count for count in range(1, 7)):
        yield from ((f"{digits}{mark}99", "amount") for mark in ".,")
        if thousands := digits[3:]:
            yield from ((f"{thousands}{end}", "amount") for end in (",999", ",999.99", ".999,99"))
    for mark in "./-":
        dates = (f"{day}{mark}{month}{mark}" for day in ("d9", "9") for month in ("m9", "9"))
        yield from ((date + year, "date") for date in dates for year in ("y999", "99"))
    yield "y999-m9-d9", "date"
    yield from (("h9:s9", "time"), ("9:s9", "time"))
    for area in ("A9", "A99", "AA9", "AA99", "A9A", "AA9A"):
        yield f"{area} 9AA", "code"


_TEMPLATES = tuple(_templates())
_CODE = re.compile(r"[A-Z]{1,2}\d(\d|[A-Z])? \d[A-Z]{2}")


def with_known_form(logits: Logits, labels: list[int], vocabulary: Vocabulary) -> list[int]:
    """Return the labels of a text; of a lone entry with digits in the form that the image favours.

    Args:
        logits: (T, C), label 0 is the blank.
        labels: What was found.
        vocabulary: Meaning of the labels.
    """
    text = vocabulary.decode(labels)
    if len(text) > MAX_CHARACTERS or not any(map(str.isdecimal, text)) or text.count(" ") > 1:
        return labels
    if not text.isdecimal() and (has_known_form(text) or _CODE.fullmatch(text)):
        return labels
    scores = MARK_SCORES if text.isdecimal() else FORM_SCORES
    best, highest = labels, log_probability(logits, labels)
    for other, form in _entries(logits, len(text), vocabulary):
        found: list[int] = vocabulary.encode(other).tolist()
        score = log_probability(logits, found) + scores.get(form, -np.inf)
        if score > highest:
            best, highest = found, score
    return best


def _entries(logits: Logits, length: int, vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    """Yield what (T, C) says in each form of about a length, and the name of the form."""
    classes = _Classes(log_softmax(logits), vocabulary)
    for template, form in _TEMPLATES:
        if abs(len(template) - length) > _MAX_DIFFERENCE:
            continue
        entry = classes.best(template)
        if entry is not None and (form == "code" or has_known_form(entry)):
            yield entry, form


class _Classes:
    """The probabilities of classes of characters at each frame."""

    def __init__(self, log_probabilities: LogProbabilities, vocabulary: Vocabulary) -> None:
        """Take the best of each class.

        Args:
            log_probabilities: (T, C) logarithms, label 0 is the blank.
            vocabulary: Meaning of the labels.
        """
        symbols = sorted({symbol for template, _ in _TEMPLATES for symbol in template})
        members = {symbol: _CLASSES.get(symbol, symbol) for symbol in symbols}
        self._members = {s: m for s, m in members.items() if not vocabulary.unknown(m)}
        self._logarithms = log_probabilities
        self._labels = {s: vocabulary.encode(m) for s, m in self._members.items()}
        best = [log_probabilities[:, labels].max(axis=1) for labels in self._labels.values()]
        # Each twice: neighbours of one class are different characters, which need no blank in between.
        self._frames = np.stack([log_probabilities[:, 0], *best, *best], axis=1)
        self._columns = {symbol: 1 + index for index, symbol in enumerate(self._labels)}

    def best(self, template: str) -> str | None:
        """Return about the most probable text of a template; None if it has characters or is too long."""
        if not self._columns.keys() >= set(template):
            return None
        again = len(self._columns)
        labels = [self._columns[symbol] + again * (index % 2) for index, symbol in enumerate(template)]
        try:
            spans = align(self._frames, labels)
        except InvalidInputError:
            return None
        return "".join(self._character(s, *span) for s, span in zip(template, spans.tolist(), strict=True))

    def _character(self, symbol: str, first: int, end: int) -> str:
        """Return the character of a class that is the most probable one in some of the frames."""
        peaks = self._logarithms[first:end, self._labels[symbol]].max(axis=0)
        return self._members[symbol][int(peaks.argmax())]
