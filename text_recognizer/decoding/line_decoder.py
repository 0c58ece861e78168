"""Logits of one line -> its text, with calibrated confidences and the place of each character."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from text_recognizer.decoding.alignment import align, boundaries
from text_recognizer.decoding.beam_search import decode_beam
from text_recognizer.decoding.calibration import Calibrations
from text_recognizer.decoding.config import DecoderName, DecodingConfig
from text_recognizer.decoding.greedy import best_path, log_probability
from text_recognizer.decoding.language_model.lexicon import WordList
from text_recognizer.decoding.language_model.model import load_language_model, load_words
from text_recognizer.errors import ArtifactError
from text_recognizer.vocabulary import Vocabulary

Array = npt.NDArray[np.floating]
Reals = npt.NDArray[np.float64]


@dataclass(frozen=True)
class DecodedLine:
    """What a line says.

    Attributes:
        text: May be empty.
        confidence: 0-1.
        character_confidences: (L,), of each character of `text`.
        word_confidences: (words,), of what stands between spaces.
        frames: (L, 2) begin and end of each character in frames, not rounded.
    """

    text: str
    confidence: float
    character_confidences: Reals
    word_confidences: Reals
    frames: Reals


class LineDecoder:
    """Decodes by CTC; safe to share between threads.

    Before calibration, a character's confidence is its highest probability among its frames, a word's the
    product over its characters, and a line's P(text | image) ** (1 / characters), see `greedy`.
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
            config: Settings of the beam search, and calibration.
            decoder: `greedy` or `beam`.
            words: Beam search favours them too, beside those of the language model's texts.
            weights_dir: Folder of the models; default: the shipped ones.

        Raises:
            ArtifactError: If the language model is missing, damaged or of other characters.
        """
        self.decoder, self.config = decoder, config
        self._vocabulary = vocabulary
        self._calibrations = config.calibration.get(decoder, Calibrations())
        self._language_model = self._words = None
        if decoder == "beam":
            self._language_model = load_language_model(config.language_model, weights_dir)
            known = load_words(config.language_model, weights_dir)
            self._words = WordList([*known, *words], vocabulary)
            if self._language_model.characters != vocabulary.characters:
                raise ArtifactError(
                    f"Expected a language model of the characters {vocabulary.characters!r}; received "
                    f"{config.language_model}, of {self._language_model.characters!r}. Decode greedily."
                )

    def labels(self, logits: Array) -> list[int]:
        """Return the labels of the text of logits (T, C)."""
        if self.decoder == "greedy":
            return best_path(logits)
        return decode_beam(logits, self.config.beam, self._language_model, self._words)

    def decode(self, logits: Array) -> DecodedLine:
        """Return the text of logits (T, C), with confidences and places."""
        labels = self.labels(logits)
        logarithms = log_softmax(logits)
        spans = align(logarithms, labels)
        characters = np.array(
            [logarithms[a:b, label].max() for (a, b), label in zip(spans, labels, strict=True)], np.float64
        )
        text = self._vocabulary.decode(labels)
        words = [characters[first:last].sum() for first, last in word_places(text)]
        line = log_probability(logits, labels) / max(1, len(labels))
        calibrations = self._calibrations
        return DecodedLine(
            text,
            float(calibrations.line.apply(np.exp(line))) if labels else float(np.exp(line)),
            calibrations.character.apply(np.exp(characters)),
            calibrations.word.apply(np.exp(np.array(words, np.float64))),
            boundaries(spans, len(logits)),
        )


def word_places(text: str) -> list[tuple[int, int]]:
    """Return the first character of each word and the one behind it.

    >>> word_places(" to be ")
    [(1, 3), (4, 6)]
    """
    places, first = [], 0
    for word in text.split(" "):
        if word:
            places.append((first, first + len(word)))
        first += len(word) + 1
    return places


def log_softmax(logits: Array) -> Reals:
    """Return ln of the probabilities of logits (T, C)."""
    if len(logits) == 0:
        return logits.astype(np.float64)
    shifted = logits.astype(np.float64) - logits.max(axis=1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)))
