"""Texts of generated words: of a lexicon, invented, random, numbers, codes, with punctuation."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from text_recognizer.datasets.words.lexicon import Lexicon
from text_recognizer.metrics.words import protocol_form

# Kinds of texts, and the share of each. The rest are words of the lexicon as they are.
_NUMBER_SHARE = 0.14  # numbers, prices, times and codes: one word of eight on signs has a digit
_MARKED_SHARE = 0.10  # words with punctuation, hyphens or apostrophes
_INVENTED_SHARE = 0.07  # pronounceable but in no lexicon, as names of shops are
_RANDOM_SHARE = 0.07  # letters and digits at random: nothing can be guessed

_RARE_MARK_SHARE = 0.25  # of the marked words: signs that only the large vocabulary has
_MIXED_CASE_SHARE = 0.02  # words such as iPad
_LOWER_CODE_SHARE = 0.1  # numbers and codes with small instead of capital letters
_CONSONANT_FIRST_SHARE = 0.75  # of invented words
_RANDOM_DIGIT_SHARE = 0.3  # random strings among whose letters digits are
_MAX_RANDOM_LENGTH = 10  # longer strings without a pattern are on no sign
_MAX_TRIES = 20  # to find a text that spells no held-out word; then comes a number, which spells none

_CONSONANTS, _VOWELS = "bcdfghjklmnpqrstvwxyz", "aeiouy"
_LETTERS, _DIGITS = "abcdefghijklmnopqrstuvwxyz", "0123456789"


def _listed(patterns: str) -> list[str]:
    return patterns.split()


# 9 stands for any digit, A for any capital.
_NUMBERS = _listed(
    "9 A 9 99 99 A9 9% $9 #9 99 9A 9. 9m 99 A. +9 '9 9+ 9x 9X 999 999 999 99% $99 9.9 9st 9th 9am 9pm 9PM "
    "#99 A99 99A 9KM 9-9 9/9 9:9 .99 AA9 '99 99. (9) 9kg A.A A&A 9x9 9A9 A-9 9-A 99m +99 9999 9999 9999 99th "
    "$999 $9.9 9.99 9:99 99.9 99-9 9-99 99/9 99km 99KM 99PM 99am 999m 999g (99) No.9 A999 AA99 A.A. #999 "
    "199% 2099 1999 v9.9 9'9\" 99x9 99999 99999 $9.99 $9.99 $9.99 9,999 99.99 99:99 99-99 99/99 999km "
    "999ml AA999 A9999 9-999 #9-99 99.9% 99KMH 99A99 A-999 $9999 9.999 +9.99 999999 $99.99 $99.99 "
    "$9,999 99,999 999.99 999-99 #99-99 9:99pm 9:99PM AAA999 AA9999 999/99 99-999 99.99% 9-9999 AA99AA "
    "9999999 $999.99 $99,999 999,999 999-999 9999-99 99:99am 99:99PM 9999/99 AA99AAA A999AAA AA-9999 AAA-999 "
    "99/99/99 99-99-99 99999999 999-9999 $999,999 9999-999 99.99.99 AAA-9999 99:99:99 9999-9999 9,999,999 "
    "999999999 999-99-99 99-999-99 999-999-999 99-9999-999 +9999999999 9999999999 99/99/9999 "
    "99.99.9999 9999-99-99 +999999999 999-999-9999 "
    "(99)9999-999 9999-999-999 +99-9999-9999"
)
# W stands for a word of the lexicon.
_MARKS = _listed(
    "W. W. W, W! W? W: W... W's W's W'S W-W W-W W-W (W) \"W\" W/W W&W #W @W W.com www.W.com W- -W W; W9 9W"
)
_RARE_MARKS = _listed(
    "W* *W W@W W_W W=W W+ W+W W% $W [W] {W} <W> ~W W^W W|W W\\W `W` 'W' \"W W\" (W W) W.W W;W W>W <W /W \\W "
    "W!! W?! W** W~ W| W` ^W _W [W W] {W W} W&"
)


def _by_length(patterns: list[str]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for pattern in patterns:
        found.setdefault(len(pattern), []).append(pattern)
    return found


_NUMBERS_BY_LENGTH = _by_length(_NUMBERS)
_LONGEST_NUMBER = max(_NUMBERS_BY_LENGTH)


class WordTexts:
    """Generates texts of single words; none of them spells a word that is held out.

    ```python
    import numpy as np

    from text_recognizer.datasets.words.lexicon import Lexicon
    from text_recognizer.datasets.words.texts import WordTexts

    texts = WordTexts(Lexicon({"the": 100, "river": 4}), held_out=["turnip"])
    print(texts.generate(np.random.default_rng(0), length=5))
    ```

    Attributes:
        lexicon: The words that texts are made of.
    """

    def __init__(self, lexicon: Lexicon, held_out: Iterable[str] = ()) -> None:
        """Set the lexicon, and the words that no text may be but for case and punctuation."""
        self.lexicon = lexicon
        self._held_out = frozenset(map(protocol_form, held_out))

    def generate(self, rng: np.random.Generator, length: int) -> str:
        """Return a text of about `length` characters of printable ASCII, without spaces."""
        for _ in range(_MAX_TRIES):
            text = self._kind(rng.random())(rng, length)
            if protocol_form(text) not in self._held_out:
                return text
        return self._number(rng, length)

    def word(self, rng: np.random.Generator, length: int) -> str:
        """Return a word of the lexicon, of about `length` characters, in one of the cases."""
        return in_case(self.lexicon.pick(rng, length), rng.random())

    def _kind(self, chance: float) -> Callable[[np.random.Generator, int], str]:
        """Return what makes texts of the kind that a uniform random number decides on."""
        kinds = (
            (self._number, _NUMBER_SHARE), (self._marked, _MARKED_SHARE),
            (self._invented, _INVENTED_SHARE), (self._random, _RANDOM_SHARE),
        )  # fmt: skip
        for make, share in kinds:
            if chance < share:
                return make
            chance -= share
        return self.word

    def _number(self, rng: np.random.Generator, length: int) -> str:
        pattern = _pick(rng, _NUMBERS_BY_LENGTH[min(length, _LONGEST_NUMBER)])
        text = "".join(
            _pick(rng, _DIGITS) if sign == "9" else _pick(rng, _LETTERS).upper() if sign == "A" else sign
            for sign in pattern
        )
        return text.lower() if rng.random() < _LOWER_CODE_SHARE else text

    def _marked(self, rng: np.random.Generator, length: int) -> str:
        pattern = _pick(rng, _RARE_MARKS if rng.random() < _RARE_MARK_SHARE else _MARKS)
        words = pattern.count("W")
        room = max(1, (length - len(pattern) + words) // words)
        case = rng.random()
        parts = {"W": lambda: in_case(self.lexicon.pick(rng, room), case), "9": lambda: _pick(rng, _DIGITS)}
        return "".join(parts[sign]() if sign in parts else sign for sign in pattern)

    def _invented(self, rng: np.random.Generator, length: int) -> str:
        kinds = (_CONSONANTS, _VOWELS) if rng.random() < _CONSONANT_FIRST_SHARE else (_VOWELS, _CONSONANTS)
        return in_case("".join(_pick(rng, kinds[place % 2]) for place in range(length)), rng.random())

    def _random(self, rng: np.random.Generator, length: int) -> str:
        characters = _LETTERS + _DIGITS if rng.random() < _RANDOM_DIGIT_SHARE else _LETTERS
        text = "".join(_pick(rng, characters) for _ in range(min(length, _MAX_RANDOM_LENGTH)))
        return in_case(text, rng.random())


def in_case(word: str, chance: float) -> str:
    """Return a word in lower case, Capitalized or in UPPER case, about 1 : 1 : 2, or in mixed case.

    Args:
        word: In lower case.
        chance: Uniform random number of [0, 1) that decides.

    >>> [in_case("it's", chance) for chance in (0.01, 0.1, 0.4, 0.7)]
    ["iT's", "it's", "It's", "IT'S"]
    """
    if chance < _MIXED_CASE_SHARE:
        return word[:1] + word[1:].capitalize()
    if chance < 0.25:
        return word
    return word.upper() if chance >= 0.5 else word.capitalize()


def _pick(rng: np.random.Generator, options: Sequence[str]) -> str:
    return options[int(rng.integers(len(options)))]
