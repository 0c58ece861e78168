"""The case of the first letter of a line that is one word: a label, or the cell of a table.

Texts of sentences have most words in the middle of a line, where they are small, so that their language model
reads `Price` as `price`. In a sentence that helps; about a lone word it knows nothing.
"""

from text_recognizer.arrays import Logits
from text_recognizer.decoding.greedy import log_probability
from text_recognizer.vocabulary import Vocabulary

# In favour of a capital, a natural logarithm: most labels and entries begin with one, while most lines that
# networks learn from begin with a small letter. Chosen among drawn words, two of three with a capital.
CAPITAL_SCORE = 0.5


def other_case(text: str) -> str | None:
    """Return a lone word with its first letter in the other case; None for any other text.

    >>> other_case("price"), other_case("Price"), other_case("PRICE"), other_case("the price")
    ('Price', 'price', None, None)
    """
    first, rest = text[:1], text[1:]
    other = first.swapcase()
    return other + rest if rest.isalpha() and rest.islower() and len(other) == 1 and other != first else None


def as_written(logits: Logits, labels: list[int], vocabulary: Vocabulary) -> list[int]:
    """Return the labels of a text; those of a lone word with its first letter as the image has it.

    Args:
        logits: (T, C), label 0 is the blank.
        labels: What was found with a language model.
        vocabulary: Meaning of the labels.
    """
    other = other_case(vocabulary.decode(labels))
    if other is None or vocabulary.unknown(other):
        return labels
    capital, small = sorted((vocabulary.decode(labels), other))  # as capitals come first in Unicode
    found: list[list[int]] = [vocabulary.encode(text).tolist() for text in (capital, small)]
    scores = [log_probability(logits, each) for each in found]
    return found[0] if scores[0] + CAPITAL_SCORE > scores[1] else found[1]
