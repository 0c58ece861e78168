"""The marks of numbers: of amounts, dates, times and ranges, as people write them.

A mark is a dot of ink, which networks lose, invent or take for another one. So a line that is one number of
none of the known forms is compared with those that differ from it in one mark. And who writes 2.15 and 12.35
does not write 3,40 on the same page: the amounts of a page agree about what stands before decimals. Digits
always are as the image has them.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from text_recognizer.arrays import Logits
from text_recognizer.decoding.field_shapes import NUMBER_MARKS, NUMBER_SIGNS
from text_recognizer.decoding.greedy import log_probability
from text_recognizer.predictions.types import LinePrediction
from text_recognizer.vocabulary import Vocabulary

# In favour of a known form, a natural logarithm. Chosen among 405 numbers drawn in handwriting fonts, all of
# known forms: 19 that were read wrongly became right, none wrong; with 4 it was one more.
KNOWN_FORM_SCORE = 3.0

# A natural logarithm: so much may the other amounts of a page say against what the image of one says.
MAX_AGREEMENT = 3.0

MAX_CHARACTERS = 14  # of longer entries, such as numbers of accounts, forms are many
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

ReadLine = tuple[LinePrediction, float]  # a line and its `point_odds`

_AMOUNT = re.compile(r"(?<![\w.,:/-])(\d+(,\d{3})*\.\d\d?|\d+(\.\d{3})*,\d\d?)(?!\w|[.,:/-]\w)")
_SWAPPED = str.maketrans(".,", ",.")


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
    if len(text) > MAX_CHARACTERS or not _NUMBER.fullmatch(text) or has_known_form(text):
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


def with_swapped_marks(text: str) -> str:
    """Return a text with full stops for the commas of its amounts, and commas for their full stops.

    >>> with_swapped_marks("2 kg, 1,250.00"), with_swapped_marks("3,40."), with_swapped_marks("12.05.1931")
    ('2 kg, 1.250,00', '3.40.', '12.05.1931')
    """
    return _AMOUNT.sub(lambda amount: amount[0].translate(_SWAPPED), text)


def point_odds(logits: Logits, labels: list[int], log_p: float, vocabulary: Vocabulary) -> float:
    """Return by how much an image speaks for full stops before the decimals of its amounts, against commas.

    Args:
        logits: (T, C), label 0 is the blank.
        labels: What was found.
        log_p: ln P(labels | logits).
        vocabulary: Meaning of the labels.

    Returns:
        A natural logarithm; 0 without amounts.
    """
    text = vocabulary.decode(labels)
    amount, other = _AMOUNT.search(text), with_swapped_marks(text)
    if amount is None or vocabulary.unknown(other):
        return 0.0
    odds = log_p - log_probability(logits, vocabulary.encode(other).tolist())
    return odds if _has_point(amount[0]) else -odds


def with_agreed_marks(lines: Sequence[ReadLine]) -> list[LinePrediction]:
    """Return the lines of a page, whose amounts have the same mark before their decimals if images allow it.

    Args:
        lines: Each with its `point_odds`.
    """
    total = sum(odds for _, odds in lines)
    agreed = []
    for line, odds in lines:
        amount = _AMOUNT.search(line.text)
        others = min(max(total - odds, -MAX_AGREEMENT), MAX_AGREEMENT)
        differs = amount is not None and odds != 0.0 and _has_point(amount[0]) != (odds + others > 0)
        agreed.append(_swapped(line) if differs else line)
    return agreed


def _has_point(amount: str) -> bool:
    return amount.rfind(".") > amount.rfind(",")


def _swapped(line: LinePrediction) -> LinePrediction:
    """Return a line with swapped marks; its confidences stay, since both readings are about as likely.

    It may have no words and characters.
    """
    text = with_swapped_marks(line.text)
    ends = [end.end() for end in re.finditer(r"[^ ]+", text)]
    words = tuple(
        replace(word, text=text[end - len(word.text) : end])
        for word, end in zip(line.words, ends, strict=False)
    )
    characters = tuple(replace(span, text=each) for span, each in zip(line.characters, text, strict=False))
    alternatives = line.alternatives
    if alternatives:
        others = [other for other in alternatives[1:] if other.text != text]
        alternatives = (replace(alternatives[0], text=text), *others)
    return replace(line, text=text, words=words, characters=characters, alternatives=alternatives)
