"""Character n-gram language model: for prefixes of a line, the probabilities of their next characters."""

from collections.abc import Mapping, Sequence

import numpy as np

from text_recognizer.arrays import Floats, Indices
from text_recognizer.decoding.language_model.ngram_file import (
    END,
    MAX_ORDER,
    SYMBOL_BITS,
    Contexts,
)
from text_recognizer.decoding.language_model.ngram_index import (
    LABEL_SHIFT,
    NEWEST_SHIFT,
    SHARE,
    build_index,
)
from text_recognizer.errors import ArtifactError
from text_recognizer.vocabulary import known_form


class LanguageModel:
    """Scores the next characters of many prefixes at once; safe to share between threads.

    A state is the last 5 symbols of a prefix, 8 bits each, the newest in the highest bits.

    ```python
    import numpy as np

    from text_recognizer.decoding.language_model.loading import load_language_model
    from text_recognizer.vocabulary import Vocabulary

    model = load_language_model()
    vocabulary = Vocabulary(model.characters)
    for text in ("of the house", "ot tne honse"):
        print(text, round(model.log_probability(vocabulary.encode(text).tolist()), 1))
    first = model.log_probabilities(np.array([model.start]), vocabulary.encode("Tx").astype(np.int64))
    print(first[:, 0])  # a line begins with T rather than with x
    ```

    Attributes:
        characters: Character i is label i + 1; label 0 is the end of the line.
        order: Symbols of the longest n-grams: a character and those before it.
        words: The words of the texts that it was trained on, for a `Lexicon`.
        unknown: Those of the characters that no text had which it was trained on.
        alike: Those of the unknown ones that are letters with an accent, and the known letters without it, by
            which they are scored in a search: é is as likely as e.
        symbols: (labels,) what stands for each label in states: its own number, or that of the letter which
            it is alike.
    """

    def __init__(
        self,
        characters: str,
        base: Floats,
        tables: Sequence[Contexts],
        words: Sequence[str] = (),
        unknown: str = "",
    ) -> None:
        """Index the n-grams.

        Args:
            characters: Character i is label i + 1; label 0 is the end of the line.
            base: (labels,) probabilities without context.
            tables: Contexts of length 1, 2, ...
            words: The words of the texts that it was trained on.
            unknown: Those of the characters that these texts never had.

        Raises:
            ArtifactError: If `base` has not one probability for each label, or there are too many lengths.
        """
        if len(base) != len(characters) + 1 or len(base) >= SHARE or len(tables) >= MAX_ORDER:
            raise ArtifactError(
                f"Expected probabilities of {len(characters) + 1} labels and an order of at most "
                f"{MAX_ORDER}; received {len(base)} and {len(tables) + 1}. Train the language model again."
            )
        self.characters = characters
        self.order = len(tables) + 1
        self.words = tuple(words)
        self.unknown = unknown
        self.alike = alike_letters(characters, unknown)
        places = {character: label for label, character in enumerate(characters, start=1)}
        self.symbols = np.array([END, *(places[self.alike.get(c, c)] for c in characters)], np.int64)
        self._index = build_index(base, tables)

    @property
    def start(self) -> int:
        """The state at the start of a line."""
        symbol = len(self.characters) + 1  # the label behind the last one
        return symbol << NEWEST_SHIFT

    @property
    def tables(self) -> tuple[Indices, Floats, Indices]:
        """Nodes (N,), sums (N, MAX_ORDER) and first nodes (SHARE + 2,) of its `NgramIndex`, for the twin."""
        return self._index.tables

    def advance(self, states: Indices, labels: Indices) -> Indices:
        """Return the states (n,) of prefixes after one more character each.

        Args:
            states: (n,) of the prefixes.
            labels: (n,) of the characters, 1 or more.
        """
        return states >> SYMBOL_BITS | self.symbols[labels] << NEWEST_SHIFT

    def log_probabilities(self, states: Indices, labels: Indices) -> Floats:
        """Return ln p(label | state), (k, n), of labels (k,) after states (n,); label 0 ends the line."""
        nodes = np.empty((len(labels) + 1, len(states)), np.int64)
        np.bitwise_or((self.symbols[labels] << LABEL_SHIFT)[:, None], states, out=nodes[:-1])
        np.bitwise_or(SHARE << LABEL_SHIFT, states, out=nodes[-1])
        found = self._index.find(nodes)
        return np.asarray(found[:-1] + found[-1])  # ln U(w, h) + ln G(h)

    def log_probability(self, text_labels: Sequence[int], ends: bool = True) -> float:
        """Return ln p of a whole line, or only that it begins so, if it is not said where it `ends`.

        Unknown letters are as rare here as they are.
        """
        labels = np.array([*text_labels, END] if ends else text_labels, np.int64)
        states = np.full(len(labels), self.start)
        for i in range(len(labels) - 1):
            states[i + 1] = states[i] >> SYMBOL_BITS | labels[i] << NEWEST_SHIFT
        found = self._index.find(np.stack([labels, np.full_like(labels, SHARE)]) << LABEL_SHIFT | states)
        return float(found.sum())


def alike_letters(characters: str, unknown: str) -> Mapping[str, str]:
    """Return the letters of `unknown` that are others of `characters` but for an accent, and those others.

    >>> dict(alike_letters("abeEé€", "é€"))
    {'é': 'e'}
    """
    known = set(characters) - set(unknown)
    forms = {character: known_form(character, known) for character in unknown if character.isalpha()}
    return {
        character: form
        for character, form in forms.items()
        if form is not None and form.isupper() == character.isupper()  # ß resembles a B and is not one
    }
