"""Prefix beam search over CTC outputs, with a character language model.

A. Hannun et al., "First-pass large vocabulary continuous speech recognition using bi-directional recurrent
DNNs" (arXiv 1408.2873), algorithm 1, with the language model of characters instead of words: the score of a
prefix is ln P(prefix | image) + lm_weight * ln P(prefix) + length_bonus * characters. A frame is some fifty
array operations on all prefixes together; one that hardly adds a character, as most, is only a few.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from text_recognizer.decoding.language_model.lexicon import WordList
from text_recognizer.decoding.language_model.model import LanguageModel
from text_recognizer.decoding.language_model.ngram_file import END
from text_recognizer.vocabulary import BLANK

Array = npt.NDArray[np.floating]
Reals = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_LEAST = -60.0  # of a logit below the highest: no frame makes every prefix impossible
_HASH = 0x1E3779B97F4A7C15  # odd: multiplication is a permutation of 64-bit numbers


@dataclass(frozen=True)
class BeamSettings:
    """How to search.

    Attributes:
        lm_weight: Weight of the language model's logarithms, >= 0.
        length_bonus: Added for each character; the language model alone prefers short texts.
        word_bonus: Added for each letter of each word of the word list, where there is one: a bonus for words
            would favour many short ones.
        width: How many prefixes are kept, >= 1.
        labels: How many labels extend the prefixes at a frame, the most probable ones.
        least_probability: Less probable labels do not extend them either.
        blank_threshold: Frames extend nothing whose blank is more probable, or that and the best label of the
            frame before together, which goes on.
        margin: Prefixes whose score is lower than the best by more are dropped.
    """

    lm_weight: float = 0.8
    length_bonus: float = 0.5
    word_bonus: float = 0.5
    width: int = 24
    labels: int = 10
    least_probability: float = 1e-4
    blank_threshold: float = 0.99
    margin: float = 12.0


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
    shifted = logits.astype(np.float64) - logits.max(axis=1, keepdims=True)
    probabilities = np.exp(np.maximum(shifted, _LEAST))
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    search = _Search(settings, language_model, word_list)
    with np.errstate(divide="ignore"):  # ln 0 = -inf: what was merged
        for frame, labels in zip(probabilities, _labels(probabilities, settings), strict=True):
            search.step(frame, labels)
        return search.best()


def _labels(probabilities: Reals, settings: BeamSettings) -> list[Ints]:
    """Return the labels that extend prefixes at each frame (T, C)."""
    best = probabilities.argmax(axis=1)
    before = np.append(BLANK, best[:-1])
    going_on = np.where(before == BLANK, 0.0, probabilities[np.arange(len(best)), before])
    (busy,) = (probabilities[:, BLANK] + going_on <= settings.blank_threshold).nonzero()
    rows = probabilities[busy, 1:]
    count = min(settings.labels, rows.shape[1])
    least = np.partition(rows, -count, axis=1)[:, -count, None]
    frames, labels = (rows >= np.maximum(least, settings.least_probability)).nonzero()
    ends = np.bincount(busy[frames], minlength=len(best)).cumsum().tolist()
    return [labels[first:end] + 1 for first, end in zip([0, *ends], ends, strict=False)]


class _Search:
    """The prefixes and how they grow.

    Of each of n prefixes there is: the probability of its paths that end in a blank, and of those that end
    in its last label (both relative); what language model, word list and bonus add to its score; and as rows
    of `_integers` the last label (the blank for the empty prefix), hashes of the prefix and of the prefix
    without its last label, where it ends in the tree, states of language model and word list. They share an
    array, for a call of numpy costs more than the few numbers it works on.
    """

    def __init__(
        self, settings: BeamSettings, language_model: LanguageModel | None, word_list: WordList | None
    ) -> None:
        self._settings, self._model, self._words = settings, language_model, word_list
        self._blank, self._label, self._fused = np.ones(1), np.zeros(1), np.zeros(1)
        start = 0 if language_model is None else language_model.start
        self._integers = np.array([[BLANK], [1], [0], [0], [start], [0]])
        self._tree = [(np.zeros(1, np.int64), np.zeros(1, np.int64))]  # parents, labels of all prefixes kept
        self._size = 1

    def step(self, frame: Reals, labels: Ints) -> None:
        """Take a frame (C,) that extends prefixes by `labels` (k,)."""
        last = self._integers[0]
        total = self._blank + self._label
        frame = frame / total.max()  # long lines do not underflow
        blank, label = total * frame[BLANK], self._label * frame[last]
        if not len(labels):
            self._blank, self._label = blank, label
            return
        again = labels[:, None] == last  # (k, n): only behind a blank the last label counts again
        ends = np.empty((1 + len(labels), len(last)))  # in a label: what stays, and what grows by each label
        ends[0] = label
        np.multiply(np.where(again, self._blank, total), frame[labels, None], out=ends[1:])
        self._merge(ends, again)
        self._select(blank, ends, labels)

    def _merge(self, ends: Reals, again: Bools) -> None:
        """Move what grows into a prefix that is there already to what stays."""
        columns, children = again.nonzero()
        same, parents = (self._integers[2, children, None] == self._integers[1]).nonzero()
        if len(same):
            columns, children = columns[same] + 1, children[same]
            ends[0, children] += ends[columns, parents]
            ends[columns, parents] = 0.0

    def _select(self, blank: Reals, ends: Reals, labels: Ints) -> None:
        """Keep the best prefixes, whose paths end in a blank (n,) or in a label (1 + k, n)."""
        settings, n = self._settings, len(blank)
        fused = self._scored(labels)
        scores = ends.copy()
        scores[0] += blank
        np.log(scores, out=scores)
        scores += fused
        scores = scores.ravel()
        (chosen,) = (scores > scores.max() - settings.margin).nonzero()
        if len(chosen) > settings.width:
            best = np.argpartition(scores[chosen], -settings.width)[-settings.width :]
            chosen = np.sort(chosen[best])
        stays = int(chosen.searchsorted(n))
        columns, rows = np.divmod(chosen, n)
        self._blank = np.zeros(len(chosen))
        self._blank[:stays] = blank[rows[:stays]]
        self._label, self._fused = ends.ravel()[chosen], fused.ravel()[chosen]
        self._integers = self._integers.take(rows, axis=1)
        self._extend(self._integers[:, stays:], labels[columns[stays:] - 1])

    def _scored(self, labels: Ints) -> Reals:
        """Return what prefixes (n,) have besides their probability, as they are and with each label."""
        settings = self._settings
        states, words = self._integers[4:]
        fused = np.empty((1 + len(labels), len(states)))
        fused[:] = self._fused
        fused[1:] += settings.length_bonus
        if self._model is not None:
            fused[1:] += settings.lm_weight * self._model.log_probabilities(states, labels)
        if self._words is not None:
            (ends,) = self._words.ends(labels).nonzero()
            fused[1 + ends] += settings.word_bonus * self._words.letters(words)
        return fused

    def _extend(self, prefixes: Ints, labels: Ints) -> None:
        """Turn columns (6, m) of the prefixes' integers into those behind one more label each."""
        last, own, shorter, node, state, word = prefixes
        self._tree.append((node.copy(), labels))
        last[:], shorter[:] = labels, own
        own += labels
        own *= _HASH
        node[:] = np.arange(self._size, self._size + len(labels))
        self._size += len(labels)
        if self._model is not None:
            state[:] = self._model.advance(state, labels)
        if self._words is not None:
            word[:] = self._words.advance(word, labels)

    def best(self) -> list[int]:
        """Return the labels of the best prefix, the end of the line considered."""
        nodes, states, words = self._integers[3:]
        scores = np.log(self._blank + self._label) + self._fused
        if self._model is not None:
            scores += self._settings.lm_weight * self._model.log_probabilities(states, np.array([END]))[0]
        if self._words is not None:
            scores += self._settings.word_bonus * self._words.letters(words)
        parents, labels = (np.concatenate(part).tolist() for part in zip(*self._tree, strict=True))
        node, found = int(nodes[scores.argmax()]), []
        while node:
            found.append(labels[node])
            node = parents[node]
        return found[::-1]
