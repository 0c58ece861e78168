"""Which language model reads a page: the one that explains best what the network alone reads there."""

import functools
import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import NamedTuple

from text_recognizer.decoding.language_model.lexicon import Lexicon
from text_recognizer.decoding.language_model.loading import (
    DEFAULT_LANGUAGE_MODEL,
    LANGUAGE_MODEL,
    load_language_model,
)
from text_recognizer.decoding.language_model.model import LanguageModel
from text_recognizer.predictions.languages import LANGUAGES, Language, LanguageChoice
from text_recognizer.vocabulary import Vocabulary

# The shipped language models; the one without a language knows what characters follow each other in many.
LANGUAGE_MODELS: Mapping[Language | None, str] = MappingProxyType(
    {
        "en": DEFAULT_LANGUAGE_MODEL,
        "fr": "LanguageModel_ManyHandsFrench_character_6gram",
        None: "LanguageModel_Neutral_character_4gram",
    }
)

# Bits per character that a reading costs, its line ends included; on validation lines, 15 a page. In the
# right language they were 2.1 (IAM) to 4.5 (a hand of 2024 that is read badly), in the other one 4.0 to 5.7:
# what is read badly costs more in every language. In no language model's language they were 4.5 (Italian).
SURE_BITS = 3.3  # the line model's own language is not compared with others
MAX_BITS = 4.5  # beyond it, no language explains the reading
MIN_EVIDENCE_NATS = 10.0  # for another language than the line model's own: a short line tells too little

# Of the long words that are read in a language, however badly, its texts have .15 and more on validation
# pages, and .05 of those in a language that no model knows.
MIN_KNOWN_SHARE = 0.1
_LONG_WORD = re.compile(r"[^\W\d_]{4,}")  # short ones are alike in many languages
UNKNOWN_LANGUAGE_SHARE = 0.15  # of the weights of the search: more misleads it, less does not help either


@dataclass(frozen=True)
class KnownLanguage:
    """What the beam search knows of a language.

    ```python
    from text_recognizer.decoding.language_model.languages import Languages
    from text_recognizer.vocabulary import LINE_CHARACTERS, Vocabulary

    english = Languages(Vocabulary(LINE_CHARACTERS)).own
    print(english.language, english.model.order)
    ```

    Attributes:
        language: None for the neutral one, and for one that is not shipped.
        model: Scores characters.
        lexicon: Words to favour.
        share: Of the weights of the search, 0-1: of a language that none of the models knows, they would
            make something else.
    """

    language: Language | None
    model: LanguageModel
    lexicon: Lexicon
    share: float = 1.0


class Languages:
    """The languages that lines of a vocabulary can be read in; safe to share between threads.

    ```python
    from text_recognizer.decoding.language_model.languages import Languages
    from text_recognizer.vocabulary import LINE_CHARACTERS, Vocabulary

    languages = Languages(Vocabulary(LINE_CHARACTERS))
    print(languages.chosen(["Dear Sir,", "I have received your letter of 12 May"]).language)
    print(languages.chosen(["ma chere femme,", "je suis toujours en bonne sante"]).language)
    ```

    Attributes:
        own: The language that the line model was tuned with.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        own: str = DEFAULT_LANGUAGE_MODEL,
        words: Collection[str] = (),
        weights_dir: Path | None = None,
    ) -> None:
        """Load the language model that the line model was tuned with; others are loaded when they are needed.

        Args:
            vocabulary: Of the line model.
            own: Name of its language model. If that is not shipped, `auto` always chooses it.
            words: Favoured in every language.
            weights_dir: Folder of the models; what it lacks is taken from the shipped ones.

        Raises:
            ArtifactError: If the language model is missing, damaged or of other characters.
        """
        self._vocabulary, self._words, self._weights_dir = vocabulary, words, weights_dir
        self._lock = Lock()
        names = {name: language for language, name in LANGUAGE_MODELS.items()}
        self._is_shipped = own in names
        model = load_language_model(own, weights_dir, vocabulary.characters)
        self.own = self._known(names.get(own), model)
        self._loaded = {self.own.language: self.own} if self._is_shipped else {}

    def chosen(self, texts: Sequence[str], choice: LanguageChoice = "auto") -> KnownLanguage:
        """Return the language to read lines in.

        Args:
            texts: What the network reads in the lines without a language model.
            choice: A language, `none` (neutral), or `auto`: what explains them best; the neutral one if none
                does, and with less weight if none has the words.

        Raises:
            ArtifactError: If a language model is missing, damaged or of other characters.
        """
        if choice == "none":
            return self._of(None)
        if choice != "auto":
            return self._of(choice)
        lines = [line for text in texts if (line := self._line(text)).labels]
        if not (self._is_shipped and lines):
            return self.own
        nats = math.log(2) * sum(len(line.labels) + line.ends for line in lines)
        own = _log_probability(self.own, lines)
        if own >= -SURE_BITS * nats:
            return self.own
        scores: dict[Language | None, float] = {None: -MAX_BITS * nats}
        scores |= {name: _log_probability(self._of(name), lines) for name in LANGUAGES}
        best = max(scores, key=lambda name: scores[name])
        known = self._of(best) if scores[best] - own >= MIN_EVIDENCE_NATS else self.own
        # What is read badly costs much in its own language, too: its words tell it from others.
        possible = [known] if known.language is not None else map(self._of, LANGUAGES)
        return known if any(_knows_words(each, texts) for each in possible) else self._unknown

    @functools.cached_property
    def _unknown(self) -> KnownLanguage:
        """What reads a language that no language model knows: no words but those that were given."""
        lexicon = Lexicon(self._words, self._vocabulary)
        return replace(self._of(None), lexicon=lexicon, share=UNKNOWN_LANGUAGE_SHARE)

    def _line(self, text: str) -> "_Line":
        """Return what tells the language of a text."""
        words = _without_numbers(text)
        return _Line(self._vocabulary.encode(words).tolist(), ends=" " in words)

    def load(self) -> None:
        """Load the language models that `chosen` may need, now instead of later.

        Raises:
            ArtifactError: If one is missing, damaged or of other characters.
        """
        for language in LANGUAGE_MODELS if self._is_shipped else ():
            self._of(language)

    def _of(self, language: Language | None) -> KnownLanguage:
        """Return a shipped language, loaded once."""
        with self._lock:
            if language not in self._loaded:
                name, folder = LANGUAGE_MODELS[language], self._weights_dir
                has_own = folder is not None and (folder / name / LANGUAGE_MODEL).is_file()
                model = load_language_model(name, folder if has_own else None, self._vocabulary.characters)
                self._loaded[language] = self._known(language, model)
            return self._loaded[language]

    def _known(self, language: Language | None, model: LanguageModel) -> KnownLanguage:
        words = [*model.words, *self._words]
        return KnownLanguage(language, model, Lexicon(words, self._vocabulary, model.alike))


class _Line(NamedTuple):
    """What tells a language.

    Attributes:
        labels: Of the words.
        ends: Whether its end counts: in texts of sentences, hardly a line ends with its first word.
    """

    labels: list[int]
    ends: bool


def _without_numbers(text: str) -> str:
    """Return a text without words that have digits, which tell nothing about its language."""
    return " ".join(word for word in text.split(" ") if not any(map(str.isdecimal, word)))


def _knows_words(known: KnownLanguage, texts: Sequence[str]) -> bool:
    """Tell whether the texts of a language have enough of the long words that were read, or these are few."""
    words = [word.lower() for text in texts for word in _LONG_WORD.findall(text)]
    own = {*known.model.words} if words else {}
    return 1 + sum(word in own for word in words) >= MIN_KNOWN_SHARE * len(words)


def _log_probability(known: KnownLanguage, lines: Sequence[_Line]) -> float:
    """Return ln p of lines."""
    return sum(known.model.log_probability(line.labels, line.ends) for line in lines)
