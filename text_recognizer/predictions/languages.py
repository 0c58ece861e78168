"""The languages that lines are read in, as results and requests name them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Literal, get_args

Language = Literal["en", "fr"]  # codes of BCP 47
LANGUAGES: tuple[Language, ...] = get_args(Language)

LanguageChoice = Literal["auto", "en", "fr", "none"]  # of a page: what explains it best, one, or no language
LANGUAGE_CHOICES: tuple[LanguageChoice, ...] = get_args(LanguageChoice)

LANGUAGE_NAMES: Mapping[Language, str] = MappingProxyType({"en": "English", "fr": "French"})


def main_language(parts: Iterable[tuple[Language | None, int]]) -> Language | None:
    """Return the language of most characters, None if that is none; the first among equals.

    >>> main_language([("en", 5), ("fr", 4), (None, 3), ("fr", 2)])
    'fr'

    Args:
        parts: Language and number of characters of each part of a text.
    """
    counts: Counter[Language | None] = Counter()
    for language, characters in parts:
        counts[language] += characters
    return max(counts, key=lambda language: counts[language], default=None)
