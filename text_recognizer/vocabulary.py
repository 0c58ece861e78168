"""Characters to labels and back; label 0 is the CTC blank."""

import string
import unicodedata
from collections.abc import Container, Iterable, Mapping
from types import MappingProxyType

import numpy as np

from text_recognizer.arrays import Labels
from text_recognizer.errors import ConfigError, VocabularyError

BLANK = 0

# The 62 classes of EMNIST ByClass in their official order (labels 0-61).
EMNIST_CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

# EMNIST's characters and the 17 others that occur in IAM: one vocabulary for all data sets of lines, so that
# a network trained on one of them can be trained further on another.
LINE_CHARACTERS = EMNIST_CHARACTERS + " !\"#&'()*+,-./:;?"

EMPTY_BOX, CHECKED_BOX = "\u2610", "\u2611"  # as people tick them on forms and lists

# Those, signs of prices, measures and forms, and the accents of western European languages.
LATIN_CHARACTERS = f"{LINE_CHARACTERS}$%=@[]€£§°{EMPTY_BOX}{CHECKED_BOX}àáâäçèéêëìíîïñòóôöùúûüßœæÀÇÈÉÊÄÖÜÎ"

# The vocabularies that an experiment can name. Those of words have 36 and 94 characters, as the field's:
# digits and letters of one case, or all printable ASCII but the space.
VOCABULARIES: Mapping[str, str] = MappingProxyType(
    {
        "line": LINE_CHARACTERS,
        "latin": LATIN_CHARACTERS,
        "alphanumeric": string.digits + string.ascii_lowercase,
        "printable": string.digits + string.ascii_letters + string.punctuation,
    }
)


# What characters without a canonical decomposition look like.
_ALIKE: Mapping[str, str] = MappingProxyType(
    {
        "œ": "o", "æ": "a", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "ß": "B", "Œ": "O", "Æ": "A", "Ø": "O",
        "Ł": "L", "$": "S", "§": "S", "€": "E", "£": "L", "@": "a", "[": "(", "]": ")", "°": "o", "=": "-",
    }
)  # fmt: skip

_MORE = "+"  # behind the name of a vocabulary: characters that it has besides


def base_of(character: str) -> str | None:
    """Return the character that another one looks like, without its accent or by its shape, or None.

    >>> base_of("é"), base_of("€"), base_of("a")
    ('e', 'E', None)
    """
    decomposed = unicodedata.normalize("NFD", character)[0]
    return decomposed if decomposed != character else _ALIKE.get(character)


def known_form(character: str, known: Container[str]) -> str | None:
    """Return a character if it is known, or else what it looks like, if that is known; None if nothing is.

    >>> known_form("é", "abcde"), known_form("e", "abcde"), known_form("z", "abcde")
    ('e', 'e', None)
    """
    form: str | None = character
    while form is not None and form not in known:
        form = base_of(form)
    return form


def folded(text: str, known: Container[str]) -> str:
    """Return a text within known characters: others become what they look like, or are left out.

    >>> folded("café ☐", "acef ")
    'cafe '
    """
    return text.translate({ord(character): known_form(character, known) for character in set(text)})


def characters_of(vocabulary: str) -> str:
    """Return the characters of a vocabulary by its name, such as `line`, or `line+éö` with two more.

    Raises:
        ConfigError: If the name is unknown, or a character comes twice.
    """
    name, _, more = vocabulary.partition(_MORE)
    if name not in VOCABULARIES:
        raise ConfigError(
            f"Expected a vocabulary of {sorted(VOCABULARIES)}, or one of them with more characters, as in "
            f"line+éö; received {vocabulary!r}."
        )
    characters = VOCABULARIES[name] + more
    if twice := sorted({c for c in more if characters.count(c) > 1}):
        raise ConfigError(
            f"Expected each character of the vocabulary {vocabulary!r} once; {twice} come twice."
        )
    return characters


def vocabulary_name(characters: str) -> str:
    """Return the name by which `characters_of` finds these characters.

    Raises:
        VocabularyError: If no vocabulary that has a name begins them.
    """
    begun = [name for name, named in VOCABULARIES.items() if characters.startswith(named)]
    if not begun:
        raise VocabularyError(f"No vocabulary of {sorted(VOCABULARIES)} begins {characters!r}.")
    name = max(begun, key=lambda name: len(VOCABULARIES[name]))
    more = characters[len(VOCABULARIES[name]) :]
    return f"{name}{_MORE}{more}" if more else name


class Vocabulary:
    """An ordered set of characters; character i has label i + 1, label 0 is the blank.

    ```python
    from text_recognizer.vocabulary import LINE_CHARACTERS, Vocabulary

    vocabulary = Vocabulary(LINE_CHARACTERS)
    labels = vocabulary.encode("to be")
    print(labels, vocabulary.decode(labels))
    print(vocabulary.unknown("naïve café"))  # ïé
    ```

    Attributes:
        characters: Every character once, in label order.
    """

    def __init__(self, characters: str) -> None:
        """Build the vocabulary.

        Args:
            characters: Every character once, in label order.

        Raises:
            VocabularyError: If a character occurs twice.
        """
        if len(set(characters)) != len(characters):
            twice = sorted({c for c in characters if characters.count(c) > 1})
            raise VocabularyError(f"Expected each character once; {twice} occur more than once.")
        self.characters = characters
        self._labels = {character: i + 1 for i, character in enumerate(characters)}

    def __len__(self) -> int:
        """Return the number of labels, the blank included."""
        return len(self.characters) + 1

    def __contains__(self, character: object) -> bool:
        """Tell whether `character` has a label."""
        return character in self._labels

    def unknown(self, text: str) -> str:
        """Return the characters of `text` that have no label, sorted, each once."""
        return "".join(sorted(set(text) - self._labels.keys()))

    def encode(self, text: str) -> Labels:
        """Return the labels of `text`, (len(text),), from 1 to len(self) - 1.

        Raises:
            VocabularyError: If a character has no label; it is named.
        """
        if unknown := self.unknown(text):
            raise VocabularyError(
                f"Expected characters of the vocabulary {self.characters!r}; "
                f"received {unknown!r} in {text!r}. Skip the sample or extend the vocabulary."
            )
        return np.array([self._labels[c] for c in text], dtype=np.int32)

    def decode(self, labels: Iterable[int]) -> str:
        """Return the text of `labels`; blanks are dropped, nothing is collapsed.

        Raises:
            VocabularyError: If a label is negative or too large.
        """
        labels, characters = [*labels], self.characters
        for label in labels and (min(labels), max(labels)):
            if not 0 <= label < len(self):
                raise VocabularyError(f"Expected labels 0-{len(self) - 1}; received {label}.")
        return "".join([characters[label - 1] for label in labels if label != BLANK])
