"""Prefix beam search over CTC outputs, with a character language model.

A. Hannun et al., "First-pass large vocabulary continuous speech recognition using bi-directional recurrent
DNNs" (arXiv 1408.2873), algorithm 1, with the language model of characters instead of words: the score of a
prefix is ln P(prefix | image) + lm_weight * ln P(prefix) + length_bonus * characters. Each frame is a few
array operations on all prefixes together; a frame that is almost surely blank is one.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from text_recognizer.decoding.language_model import END, LanguageModel
from text_recognizer.decoding.word_list import WordList
from text_recognizer.vocabulary import BLANK

Array = npt.NDArray[np.floating]
Reals = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint64]

_HASH = np.uint64(0x9E3779B97F4A7C15)  # odd: multiplication is a permutation of 64-bit numbers


@dataclass(frozen=True)
class BeamSettings:
    """How to search.

    Attributes:
        lm_weight: Weight of the language model's logarithms, >= 0.
        length_bonus: Added for each character; the language model alone prefers short texts.
        word_bonus: Added for each word of the word list, where there is one.
        width: How many prefixes are kept, >= 1.
        labels: How many labels extend the prefixes at a frame, the most probable ones.
        least_probability: Less probable labels do not extend them either.
        blank_threshold: Frames whose blank is more probable extend nothing.
        margin: Prefixes whose score is lower than the best by more are dropped.
    """

    lm_weight: float = 0.5
    length_bonus: float = 0.5
    word_bonus: float = 0.5
    width: int = 16
    labels: int = 10
    least_probability: float = 1e-4
    blank_threshold: float = 0.999
    margin: float = 12.0


class _Beam:
    """n prefixes in three arrays, for each call of numpy costs more than the few numbers it works on.

    Attributes:
        values: (3, n) probability of the paths that end in a blank, of those that end in the last label
            (both relative), and what language model, word list and bonus add to the score.
        marks: (2, n) the last label (the blank for the empty prefix), and where the prefix ends in the tree.
        keys: (4, n) hash of the prefix, hash of the prefix without its last label, states of the language
            model and of the word list.
    """

    __slots__ = ("keys", "marks", "values")

    def __init__(self, values: Reals, marks: Ints, keys: Keys) -> None:
        self.values, self.marks, self.keys = values, marks, keys

    def rows(self, rows: Ints) -> "_Beam":
        return _Beam(self.values[:, rows], self.marks[:, rows], self.keys[:, rows])

    def scale(self) -> None:
        """Scale the probabilities, so that long lines do not underflow."""
        self.values[:2] /= (self.values[0] + self.values[1]).max()


def decode_beam(
    logits: Array,
    settings: BeamSettings,
    language_model: LanguageModel | None = None,
    word_list: WordList | None = None,
) -> list[int]:
    """Return the labels of the best prefix; equal inputs give equal results.

    Args:
        logits: (T, C) unnormalized scores, label 0 is the blank; any T >= 0.
        settings: How to search.
        language_model: Of the same labels.
        word_list: Of the same labels.
    """
    if len(logits) == 0:
        return []
    search = _Search(settings, language_model, word_list)
    shifted = logits.astype(np.float64) - logits.max(axis=1, keepdims=True)
    probabilities = np.exp(shifted)
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    count = min(settings.labels, logits.shape[1] - 1)
    order = np.argsort(-probabilities[:, 1:], axis=1, kind="stable")[:, :count] + 1  # (T, labels)
    best = np.take_along_axis(probabilities, order, axis=1)
    kept = (best >= settings.least_probability).sum(axis=1)
    kept[probabilities[:, BLANK] > settings.blank_threshold] = 0
    for frame, labels, number in zip(probabilities, order, kept, strict=True):
        search.step(frame, labels[:number])
    return search.best()


class _Search:
    """The prefixes and how they grow."""

    def __init__(
        self, settings: BeamSettings, language_model: LanguageModel | None, word_list: WordList | None
    ) -> None:
        self._settings, self._model, self._words = settings, language_model, word_list
        start = 0 if language_model is None else language_model.start
        keys = np.array([[1], [0], [start], [0]], np.uint64)
        self._beam = _Beam(np.array([[1.0], [0.0], [0.0]]), np.array([[BLANK], [0]]), keys)
        self._tree: list[tuple[int, int]] = [(0, BLANK)]  # (parent, label) of every prefix ever kept

    def step(self, frame: Reals, labels: Ints) -> None:
        """Take a frame (C,) that may extend prefixes by `labels` (k,)."""
        beam = self._beam
        blank, label, fused = beam.values
        last = beam.marks[0]
        total = blank + label
        stayed = np.empty_like(beam.values)
        stayed[0], stayed[1], stayed[2] = total * frame[BLANK], label * frame[last], fused
        if len(labels):
            grown = np.where(last[:, None] == labels, blank[:, None], total[:, None]) * frame[labels]
            self._merge(grown, stayed[1], labels)
            self._select(stayed, grown, labels)
        else:
            beam.values = stayed
        self._beam.scale()

    def _merge(self, grown: Reals, label: Reals, labels: Ints) -> None:
        """Move what grows into a prefix that is there already from `grown` (n, k) to `label` (n,)."""
        beam = self._beam
        parents, children = np.nonzero(beam.keys[0][:, None] == beam.keys[1])
        if not len(children):
            return
        columns, places = np.nonzero(labels[:, None] == beam.marks[0, children])
        parents, children = parents[places], children[places]
        label[children] += grown[parents, columns]
        grown[parents, columns] = 0.0

    def _select(self, stayed: Reals, grown: Reals, labels: Ints) -> None:
        """Keep the best of the prefixes (3, n) that stay and of those that grow (n, k)."""
        fused = self._fused(labels)
        with np.errstate(divide="ignore"):  # ln 0 = -inf: those that were merged
            old = np.log(stayed[0] + stayed[1]) + stayed[2]
            scores = np.concatenate([old, (np.log(grown) + fused).ravel()])
        chosen = np.argsort(-scores, kind="stable")[: self._settings.width]
        chosen = chosen[scores[chosen] > scores[chosen[0]] - self._settings.margin]
        rows, columns = np.divmod(chosen[chosen >= len(old)] - len(old), len(labels))
        grows = self._grow(rows, labels[columns], grown[rows, columns], fused[rows, columns])
        beam, stay = self._beam, chosen[chosen < len(old)]
        self._beam = _Beam(
            np.concatenate([stayed[:, stay], grows.values], axis=1),
            np.concatenate([beam.marks[:, stay], grows.marks], axis=1),
            np.concatenate([beam.keys[:, stay], grows.keys], axis=1),
        )

    def _fused(self, labels: Ints) -> Reals:
        """Return what prefixes (n,) extended by labels (k,) have besides their probability, (n, k)."""
        beam, settings = self._beam, self._settings
        fused: Reals = beam.values[2][:, None] + np.full(len(labels), settings.length_bonus)
        if self._model is not None:
            fused += settings.lm_weight * self._model.log_probabilities(beam.keys[2])[:, labels]
        if self._words is not None:
            ended = np.outer(self._words.complete(beam.keys[3]), self._words.ends(labels))
            fused += settings.word_bonus * ended
        return fused

    def _grow(self, rows: Ints, labels: Ints, probability: Reals, fused: Reals) -> _Beam:
        """Return the prefixes `rows` (m,) extended by one label each."""
        beam = self._beam.rows(rows)
        first = len(self._tree)
        self._tree.extend(zip(beam.marks[1].tolist(), labels.tolist(), strict=True))
        keys = np.empty_like(beam.keys)
        keys[0] = (beam.keys[0] + labels.astype(np.uint64)) * _HASH
        keys[1] = beam.keys[0]
        keys[2] = 0 if self._model is None else self._model.advance(beam.keys[2], labels)
        keys[3] = 0 if self._words is None else self._words.advance(beam.keys[3], labels)
        marks = np.empty_like(beam.marks)
        marks[0], marks[1] = labels, np.arange(first, first + len(rows))
        values = np.empty_like(beam.values)
        values[0], values[1], values[2] = 0.0, probability, fused
        return _Beam(values, marks, keys)

    def best(self) -> list[int]:
        """Return the labels of the best prefix, the end of the line considered."""
        blank, label, fused = self._beam.values
        scores = np.log(blank + label) + fused
        if self._model is not None:
            ends = self._model.log_probabilities(self._beam.keys[2])[:, END]
            scores += self._settings.lm_weight * ends
        if self._words is not None:
            scores += self._settings.word_bonus * self._words.complete(self._beam.keys[3])
        node, labels = int(self._beam.marks[1, scores.argmax()]), []
        while node:
            node, label_ = self._tree[node]
            labels.append(label_)
        return labels[::-1]
