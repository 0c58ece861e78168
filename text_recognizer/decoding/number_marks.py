"""The marks of a line that is one number: an amount, a date, a time or a range, as people write them.

A mark is a dot of ink, which networks lose, invent or take for another one. So a number that is none of the
known forms is compared with those that differ from it in one mark. Digits always are as the image has them.
"""

import re
from collections.abc import Iterator

from text_recognizer.arrays import Logits
from text_recognizer.decoding.field_shapes import NUMBER_MARKS, NUMBER_SIGNS
from text_recognizer.decoding.greedy import log_probability
from text_recognizer.vocabulary import Vocabulary

# In favour of a known form, a natural logarithm. Chosen among 405 numbers drawn in handwriting fonts, all of
# known forms: 19 that were read wrongly became right, none wrong; with 4 it was one more.
KNOWN_FORM_SCORE = 3.0

_MAX_CHARACTERS = 14  # of longer numbers, such as those of accounts, forms are many
_DAY, _MONTH, _YEAR = r"(0?[1-9]|[12]\d|3[01])", r"(0?[1-9]|1[0-2])", r"((1[5-9]|20)\d\d|\d\d)"
_FORMS = (
    r"(\d+|\d{1,3}(,\d{3})+)(\.\d{1,3})?",  # 1,250.00
    r"(\d+|\d{1,3}(\.\d{3})+)(,\d{1,3})?",  # 1.250,00
    rf"{_DAY}(?P<mark>[./-]){_MONTH}(?P=mark){_YEAR}",  # 12.05.1931
    rf"{_MONTH}/{_DAY}/{_YEAR}",  # 5/12/31
    rf"(1[5-9]|20)\d\d-{_MONTH}-{_DAY}",  # 1931-05-12
    r"([01]?\d|2[0-4])[:.][0-5]\d([:.][0-5]\d)?",  # 9:45
    r"\d{1,4}[/-]\d{1,4}",  # 1914-1918, 3/4
)
_KNOWN = re.compile(rf"[{re.escape(NUMBER_SIGNS)}]?({'|'.join(_FORMS)})[.,:;]?")
_NUMBER = re.compile(rf"[{re.escape(NUMBER_SIGNS)}]?\d[\d{re.escape(NUMBER_MARKS)}]*")


def has_known_form(text: str) -> bool:
    """Tell whether a text is a number of a form that people use; it may have a sign, and a stop behind it.

    >>> [text for text in ("1,250.00", "1.250.00", "12.05.1931", "9:45", "9:65") if has_known_form(text)]
    ['1,250.00', '12.05.1931', '9:45']
    """
    return _KNOWN.fullmatch(text) is not None


def with_known_marks(logits: Logits, labels: list[int], vocabulary: Vocabulary) -> list[int]:
    """Return the labels of a text; those of a lone number with the marks of a known form, where these fit.

    Args:
        logits: (T, C), label 0 is the blank.
        labels: What was found.
        vocabulary: Meaning of the labels.
    """
    text = vocabulary.decode(labels)
    if len(text) > _MAX_CHARACTERS or not _NUMBER.fullmatch(text) or has_known_form(text):
        return labels
    known = {other for other in _neighbours(text) if has_known_form(other) and not vocabulary.unknown(other)}
    found: list[list[int]] = [vocabulary.encode(other).tolist() for other in sorted(known)]
    scores = [log_probability(logits, each) + KNOWN_FORM_SCORE for each in found]
    best = max(range(len(found)), key=scores.__getitem__, default=None)
    return labels if best is None or scores[best] <= log_probability(logits, labels) else found[best]


def _neighbours(text: str) -> Iterator[str]:
    """Yield the numbers that have one mark more, less, or another one."""
    for index, character in enumerate(text):
        if character in NUMBER_MARKS:
            yield from (text[:index] + mark + text[index + 1 :] for mark in ("", *NUMBER_MARKS))
        elif text[index - 1 : index].isdecimal():
            yield from (text[:index] + mark + text[index:] for mark in NUMBER_MARKS)
