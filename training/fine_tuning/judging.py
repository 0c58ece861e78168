"""How well lines are read: greedily and by beam search with the language model of the base."""

import json
import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from text_recognizer.arrays import Logits
from text_recognizer.datasets.dataset import Split
from text_recognizer.decoding.config import DECODING, DecoderName, DecodingConfig, read_decoding
from text_recognizer.decoding.greedy import best_path
from text_recognizer.decoding.line_decoder import LineDecoder
from text_recognizer.errors import ArtifactError
from text_recognizer.line_predictor import MIN_RIGHT_PAPER_PX
from text_recognizer.metrics.text import character_error_rate, character_errors
from text_recognizer.models.base import Model
from text_recognizer.vocabulary import Vocabulary

logger = logging.getLogger(__name__)

_BATCH_LINES = 8  # of similar widths: little of a batch is padding


@dataclass
class Readings:
    """Texts of lines, as each decoder reads them, beside what they say.

    ```python
    from training.fine_tuning.judging import Readings

    readings = Readings()
    readings.add("to be", {"greedy": "to bee", "beam": "to be"})
    print(readings.cer("greedy"), readings.cer("beam"), readings.best)
    ```

    Attributes:
        truth: What each line says.
        texts: What each decoder has read, in the same order.
    """

    truth: list[str] = field(default_factory=list)
    texts: dict[DecoderName, list[str]] = field(default_factory=dict)

    def add(self, truth: str, texts: dict[DecoderName, str]) -> None:
        """Add a line."""
        self.truth.append(truth)
        for decoder, text in texts.items():
            self.texts.setdefault(decoder, []).append(text)

    def extend(self, others: "Readings") -> None:
        """Add the lines of others."""
        for index, truth in enumerate(others.truth):
            self.add(truth, {decoder: texts[index] for decoder, texts in others.texts.items()})

    def cer(self, decoder: DecoderName) -> float:
        """Return the character error rate of a decoder."""
        return character_error_rate(self.texts[decoder], self.truth)

    @property
    def best(self) -> DecoderName:
        """The decoder that reads best; greedy among equals, because it is faster."""
        return min(sorted(self.texts, reverse=True), key=self.cer)


def sure_rise(before: Readings, after: Readings, decoder: DecoderName) -> float:
    """Return by how much the character error rate of the same lines has risen, less its standard error.

    The error is that of the lines' differences: few lines differ by chance, in whole characters.
    """
    edits, lengths = character_errors(after.texts[decoder], after.truth)
    former, _ = character_errors(before.texts[decoder], before.truth)
    differences = edits - former  # (lines,)
    chance = math.sqrt(len(differences)) * float(np.std(differences))
    return (float(np.sum(differences)) - chance) / max(1, int(np.sum(lengths)))


class Judge:
    """Reads lines with a model in training as the finished one will be read.

    ```python
    from training.fine_tuning.judging import Judge
    from training.exported import exported_model

    base = exported_model("LineModelCtc_ManyHands_line_conv_ctc")
    print(Judge(base.folder, base.vocabulary).decoders)
    ```

    Attributes:
        config: How the base is decoded.
        decoders: Those that can read: beam search needs a language model of the same characters.
    """

    def __init__(self, base: Path, characters: str) -> None:
        """Load what decoding needs.

        Args:
            base: Folder of the model that is fine-tuned.
            characters: Of the labels.
        """
        self.config = _decoding_of(base)
        self._vocabulary = Vocabulary(characters)
        self._greedy = LineDecoder(self._vocabulary, self.config, "greedy")
        self._beam: LineDecoder | None = None
        count = len(characters)
        if self.config.decoder == "beam":
            try:
                self._beam = LineDecoder(self._vocabulary, self.config, "beam")
            except ArtifactError:  # it knows less than half of this alphabet, or has no room for it
                logger.warning("No language model fits these %d characters: lines are read greedily", count)
        self.decoders: tuple[DecoderName, ...] = ("greedy",) if self._beam is None else ("greedy", "beam")

    @property
    def own(self) -> DecoderName:
        """The decoder of the base, if it can read these characters."""
        return self.config.decoder if self.config.decoder in self.decoders else "greedy"

    def texts(self, model: Model, lines: Split) -> list[tuple[str, float]]:
        """Return text and confidence of lines, 0-1, by the decoder of the base, see `read`."""
        decoder = self._beam if self.own == "beam" and self._beam is not None else self._greedy
        logits = line_logits(model, lines)
        known = decoder.language_of(logits)
        decoded = [decoder.decode(line, known=known) for line in logits]
        return [(line.text, line.confidence) for line in decoded]

    def read(self, model: Model, lines: Split) -> Readings:
        """Return the texts of lines, by beam search in the language that explains them best."""
        readings, logits = Readings(), line_logits(model, lines)
        known = None if self._beam is None else self._beam.language_of(logits)
        for line, truth in zip(logits, lines.targets, strict=True):
            texts: dict[DecoderName, str] = {"greedy": self._vocabulary.decode(best_path(line))}
            if self._beam is not None:
                texts["beam"] = self._beam.decode_word(line, known)[0]
            readings.add(truth, texts)
        return readings


def _decoding_of(base: Path) -> DecodingConfig:
    """Return how a model is decoded; its file was tuned for a model.onnx that need not be here."""
    path = base / DECODING
    if not path.is_file():
        return DecodingConfig()
    return read_decoding(base, json.loads(path.read_text(encoding="utf-8"))["model_sha256"])


def line_logits(model: Model, lines: Split) -> list[Logits]:
    """Return the logits (T_i, C) of each line, with paper behind it as when serving."""
    widths = [image.shape[1] for image in lines.images]
    order: Sequence[int] = np.argsort(widths, kind="stable").tolist()
    logits: list[Logits] = [np.zeros((0, 0), np.float32)] * len(lines)
    for start in range(0, len(order), _BATCH_LINES):
        chosen = order[start : start + _BATCH_LINES]
        wanted = max(widths[i] for i in chosen) + MIN_RIGHT_PAPER_PX
        width = -(-wanted // model.width_step) * model.width_step  # few shapes
        batch = model.images_to_array([lines.images[i] for i in chosen], width)
        for i, row in zip(chosen, np.asarray(model.network.predict_on_batch(batch)), strict=True):
            logits[i] = row[: -(-widths[i] // model.downsampling)]
    return logits
