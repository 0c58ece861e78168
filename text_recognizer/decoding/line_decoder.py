"""Logits of one line -> its text, with calibrated confidences and the place of each character."""

from collections.abc import Collection, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np

from text_recognizer.arrays import Flags, FrameSpans, Logits, LogProbabilities, Reals
from text_recognizer.budget import Budget, SearchTimeError
from text_recognizer.decoding.alignment import align, boundaries
from text_recognizer.decoding.beam_config import BeamSearchConfig
from text_recognizer.decoding.beam_search import best_beams, decode_beam
from text_recognizer.decoding.calibration import NO_EVIDENCE, Calibrations, Evidence
from text_recognizer.decoding.confidences import (
    line_confidence,
    line_evidence,
    unknown_words,
    word_confidences,
    word_spans,
)
from text_recognizer.decoding.config import DecoderName, DecodingConfig
from text_recognizer.decoding.entries.forms import with_known_form
from text_recognizer.decoding.entries.letter_case import as_written
from text_recognizer.decoding.entries.number_marks import point_odds, with_known_marks
from text_recognizer.decoding.greedy import best_path, log_probability, log_probability_of
from text_recognizer.decoding.language_model.languages import KnownLanguage, Languages
from text_recognizer.decoding.probabilities import probabilities_and_logarithms
from text_recognizer.errors import ConfigError, InvalidInputError
from text_recognizer.predictions.languages import LANGUAGES, Language, LanguageChoice
from text_recognizer.vocabulary import Vocabulary

_MAX_GROWTH = 2  # times as long as the greedy text: the search corrects letters, it does not tell a story
_MAX_ADDED_CHARACTERS = 8  # besides, so that short texts may be completed


@dataclass(frozen=True)
class DecodedLine:
    """Text of a line, with confidences and places.

    ```python
    import numpy as np

    from text_recognizer.decoding.line_decoder import DecodedLine

    frames = np.array([[0, 4], [4, 6.5]])
    line = DecodedLine("ab", 0.9, np.array([0.95, 0.9]), np.array([0.86]), frames)
    for character, (begin, end) in zip(line.text, 8 * line.frames):  # 8 columns of the image per frame
        print(character, begin, end)
    ```

    Attributes:
        text: May be empty.
        confidence: 0-1.
        character_confidences: (L,) of each character of `text`, 0-1.
        word_confidences: (words,) of what stands between spaces, 0-1.
        frames: (L, 2) begin and end of each character in frames, not rounded.
        decoder: What found the text: `greedy`, although `beam` was asked for, if the budget did not suffice,
            or if the image shows hardly any letters.
        in_time: False if the budget did not suffice for the beam search.
        alternatives: The most probable texts, `text` first, and the probability of each that the line reads
            exactly so; empty unless they are asked for and `decoder` is `beam`.
        language: Of the language model that helped, as far as the image left something to decide.
        evidence: What calibration took into account of the whole line.
        unknown_words: (words,) whether the language of the line lacks each; empty if there is no text.
        point_odds: By how much the image speaks for full stops in amounts, see `number_marks.point_odds`.
    """

    text: str
    confidence: float
    character_confidences: Reals
    word_confidences: Reals
    frames: Reals
    decoder: DecoderName = "greedy"
    in_time: bool = True
    alternatives: tuple[tuple[str, float], ...] = ()
    language: Language | None = None
    evidence: Evidence = NO_EVIDENCE
    unknown_words: Flags = field(default_factory=lambda: np.zeros(0, np.bool_))
    point_odds: float = 0.0


class _Found(NamedTuple):
    """Labels of the text, what found them, whether in time, the best texts with shares, see `DecodedLine`."""

    labels: list[int]
    decoder: DecoderName = "greedy"
    in_time: bool = True
    beams: Sequence[tuple[list[int], float]] = ()


class LineDecoder:
    """Decodes the output of a CTC network; safe to share between threads.

    Before calibration, a character's confidence is its highest probability among its frames; a word's is the
    product over its characters; a line's is P(text | image) ** (1 / characters): the total probability of
    all paths that spell the text, as a geometric mean per character, so that long and short lines compare. Of
    a line that is a single word or mostly numbers, it is P(text | image), because a number with one wrong
    digit is wrong: calibrated, it is the probability that all of it is right.

    ```python
    import numpy as np

    from text_recognizer.decoding.config import DecodingConfig
    from text_recognizer.decoding.line_decoder import LineDecoder
    from text_recognizer.vocabulary import Vocabulary

    decoder = LineDecoder(Vocabulary("ab"), DecodingConfig(), "greedy")
    logits = 6 * np.eye(3)[[0, 1, 1, 0, 2]]  # blank, a, a, blank, b
    line = decoder.decode(logits)
    print(line.text, line.frames.tolist())  # ab [[0.5, 3.5], [3.5, 5.0]]
    ```

    Attributes:
        decoder: `greedy` or `beam`.
        config: How to search, and the calibration.
        languages: Those that lines can be read in; None for a greedy decoder.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        config: DecodingConfig,
        decoder: DecoderName,
        words: Collection[str] = (),
        weights_dir: Path | None = None,
    ) -> None:
        """Load what the decoder needs.

        Args:
            vocabulary: Meaning of the labels.
            config: How to search, and the calibration.
            decoder: `greedy` or `beam`.
            words: Favoured by beam search, as the words of the language model's texts are.
            weights_dir: Folder of the models; default: the shipped ones.

        Raises:
            ArtifactError: If the language model is missing, damaged or of other characters.
        """
        self.decoder, self.config, self._alternatives = decoder, config, 0
        self._vocabulary = vocabulary
        self.languages: Languages | None = None
        if decoder == "beam":
            self.languages = Languages(vocabulary, config.language_model, words, weights_dir)

    def with_alternatives(self, count: int) -> Self:
        """Return a decoder with the same language models that gives `count` texts of each line, 1 or more.

        Raises:
            ConfigError: If this one is greedy.
        """
        if self.decoder != "beam":
            raise ConfigError("Alternatives are found by beam search. Use the decoder beam.")
        decoder = copy(self)
        decoder._alternatives = count
        return decoder

    def language_of(self, lines: Sequence[Logits], choice: LanguageChoice = "auto") -> KnownLanguage | None:
        """Return the language to decode lines in, None for a decoder without language models.

        Args:
            lines: Logits (T, C) of lines in one language, those of a page for example.
            choice: See `Languages.chosen`.

        Raises:
            InvalidInputError: If a language is named, but the decoder is greedy.
            ArtifactError: If a language model is missing, damaged or of other characters.
        """
        if self.languages is None:
            if choice in LANGUAGES:
                raise InvalidInputError(
                    f"A greedy decoder knows no language; received {choice!r}. Name none, or use beam."
                )
            return None
        texts = [self._vocabulary.decode(best_path(logits)) for logits in lines] if choice == "auto" else []
        return self.languages.chosen(texts, choice)

    def _found(self, logits: Logits, budget: Budget, known: KnownLanguage | None) -> _Found:
        """Return the labels of the text of logits (T, C)."""
        greedy = best_path(logits)
        if known is None:
            return _Found(greedy)
        if not budget.may_search():
            return _Found(greedy, in_time=False)
        try:
            labels, beams = self._searched(logits, budget, known)
        except SearchTimeError:  # what a greedy decoder finds is worth more than half a line
            return _Found(greedy, in_time=False)
        # A lone digit costs more than nothing at all, but the network has seen it.
        if not labels or _is_runaway(len(labels), len(greedy)):
            return _Found(greedy)
        return _Found(labels, "beam", True, beams)

    def _searched(
        self, logits: Logits, budget: Budget, known: KnownLanguage
    ) -> tuple[list[int], Sequence[tuple[list[int], float]]]:
        """Return the labels of the best text of logits (T, C), and those of the alternatives."""
        config, language_model, lexicon = weighted(self.config.beam, known.share), known.model, known.lexicon
        if not self._alternatives:
            labels = decode_beam(logits, config, language_model, lexicon, budget)
            return self._as_field(logits, labels), ()
        beams = best_beams(logits, config, self._alternatives, language_model, lexicon, budget)
        labels = self._as_field(logits, beams[0][0])
        others = [(beam, share) for beam, share in beams if beam != labels]
        beams = [(labels, beams[0][1]), *others][: self._alternatives]
        return labels, beams

    def _as_field(self, logits: Logits, labels: list[int]) -> list[int]:
        """Return the labels of a lone word or number as entries of forms are written; (T, C) is its image."""
        found = with_known_marks(logits, as_written(logits, labels, self._vocabulary), self._vocabulary)
        return with_known_form(logits, found, self._vocabulary)

    def decode_word(self, logits: Logits, known: KnownLanguage | None = None) -> tuple[str, float]:
        """Return the text of logits (T, C) and the probability that all of it is right, 0-1; see `decode`.

        That is P(text | image), calibrated as a word's. Without confidences and places of the characters it
        takes a third of the time of `decode`.
        """
        found = self._found(logits, Budget(), known or self._own)
        calibrations = self.config.calibration.get(found.decoder, Calibrations())
        probability = np.exp(log_probability(logits, found.labels))
        return self._vocabulary.decode(found.labels), float(calibrations.word.apply(probability))

    @property
    def _own(self) -> KnownLanguage | None:
        return None if self.languages is None else self.languages.own

    def decode(
        self, logits: Logits, budget: Budget | None = None, known: KnownLanguage | None = None
    ) -> DecodedLine:
        """Return the text of logits (T, C), with confidences and places.

        Args:
            logits: (T, C) not normalized, label 0 is the blank.
            budget: How long the beam search may take; beyond it, the line is decoded greedily.
            known: The language of the line, see `language_of`; default: that which the model was tuned with.
        """
        known = known or self._own
        found = self._found(logits, budget or Budget(), known)
        labels = found.labels
        probabilities, logarithms = probabilities_and_logarithms(logits)
        spans = align(logarithms, labels)
        characters = _best_frames(logarithms, spans, labels)
        text_of = self._vocabulary.decode
        text = text_of(labels)
        words = [characters[first:last].sum() for first, last in word_spans(text)]
        calibrations = self.config.calibration.get(found.decoder, Calibrations())
        searched = known if found.decoder == "beam" else None
        evidence = line_evidence(logarithms, text, labels, searched)
        unknown = unknown_words(text, searched)
        log_p = log_probability_of(probabilities, labels)
        return DecodedLine(
            text,
            line_confidence(text, log_p, calibrations, evidence, unknown),
            calibrations.character.apply(np.exp(characters), evidence),
            word_confidences(text, np.exp(np.array(words, np.float64)), calibrations, evidence, unknown),
            boundaries(spans, len(logits)),
            found.decoder,
            found.in_time,
            tuple((text_of(beam), float(calibrations.text.apply(share))) for beam, share in found.beams),
            None if known is None else known.language,
            evidence,
            unknown,
            point_odds(logits, labels, log_p, self._vocabulary),
        )


def weighted(config: BeamSearchConfig, share: float) -> BeamSearchConfig:
    """Return a search with a share of its weights of language model and lexicon, 0-1."""
    return replace(
        config,
        lm_weight=share * config.lm_weight,
        length_bonus=share * config.length_bonus,
        word_bonus=share * config.word_bonus,
    )


def _best_frames(
    log_probabilities: LogProbabilities, spans: FrameSpans, labels: Sequence[int]
) -> LogProbabilities:
    """Return the highest logarithm of each of L labels among its frames, (L,)."""
    if not labels:
        return np.zeros(0)
    lengths = spans[:, 1] - spans[:, 0]
    starts = np.cumsum(lengths) - lengths
    frames = np.arange(int(lengths.sum())) + np.repeat(spans[:, 0] - starts, lengths)
    return np.asarray(np.maximum.reduceat(log_probabilities[frames, np.repeat(labels, lengths)], starts))


def _is_runaway(found: int, greedy: int) -> bool:
    """Tell whether the language model has made up a text where the image shows hardly any.

    Args:
        found: Characters that the beam search found.
        greedy: Characters of the most probable path.
    """
    return found > _MAX_GROWTH * greedy + _MAX_ADDED_CHARACTERS
