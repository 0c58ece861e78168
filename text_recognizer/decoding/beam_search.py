"""Prefix beam search over CTC outputs, with a character language model.

A. Hannun et al., "First-pass large vocabulary continuous speech recognition using bi-directional recurrent
DNNs" (arXiv 1408.2873), algorithm 1, with a language model of characters instead of words: the score of a
prefix is ln P(prefix | image) + lm_weight * ln P(prefix) + length_bonus * characters; numbers and lone words
are scored by `field_scores`. All prefixes grow together: a frame takes about fifty array operations. Most
frames hardly add a character and take only a few. Where it is installed, `twin` does the same in C.
"""

import numpy as np

from text_recognizer.arrays import Flags, Indices, Logits, Probabilities, Reals
from text_recognizer.budget import Budget
from text_recognizer.decoding import twin
from text_recognizer.decoding.beam_config import BeamSearchConfig
from text_recognizer.decoding.field_scores import FieldScores, field_scores
from text_recognizer.decoding.greedy import best_path
from text_recognizer.decoding.language_model.lexicon import HASH_FACTOR, Lexicon
from text_recognizer.decoding.language_model.model import LanguageModel
from text_recognizer.decoding.language_model.ngram_file import END
from text_recognizer.decoding.probabilities import softmax
from text_recognizer.vocabulary import BLANK

# Logits are clamped at 60 below the frame's maximum, so that no frame rules out every prefix.
_LEAST_LOGIT = -60.0

_CHECKED_FRAMES = 32  # between two looks at the budget: a few milliseconds


def decode_beam(
    logits: Logits,
    config: BeamSearchConfig,
    language_model: LanguageModel | None = None,
    lexicon: Lexicon | None = None,
    budget: Budget | None = None,
) -> list[int]:
    """Return the labels of the best prefix, or of the best path; equal inputs give equal results.

    Args:
        logits: (T, C) not normalized, label 0 is the blank; any T >= 0.
        config: How to search.
        language_model: For the same labels.
        lexicon: For the same labels.
        budget: How long the search may take; default: as long as it needs.

    Raises:
        SearchTimeError: If that time has run out.
    """
    if len(logits) == 0:
        return []
    probabilities = softmax(logits, _LEAST_LOGIT)
    if config.greedy_above < 1.0 and probabilities.max(axis=1).prod() >= config.greedy_above:
        return best_path(logits)
    if twin.is_installed():
        extending, ends = _extending_labels(probabilities, config)
        return twin.search(probabilities, extending, ends, config, language_model, lexicon, budget)
    ((best, _),) = _searched(probabilities, config, language_model, lexicon, budget, 1)
    return best


def best_beams(
    logits: Logits,
    config: BeamSearchConfig,
    count: int,
    language_model: LanguageModel | None = None,
    lexicon: Lexicon | None = None,
    budget: Budget | None = None,
) -> list[tuple[list[int], float]]:
    """Return the labels of the best prefixes, the best first, each with its share of e ** score of all kept.

    Args:
        logits: See `decode_beam`; here, they are always searched, and not by the twin.
        config: See `decode_beam`.
        count: How many; there are fewer if fewer were kept.
        language_model: See `decode_beam`.
        lexicon: See `decode_beam`.
        budget: See `decode_beam`.

    Raises:
        SearchTimeError: If the time has run out.
    """
    if len(logits) == 0:
        return [([], 1.0)]
    probabilities = softmax(logits, _LEAST_LOGIT)
    return _searched(probabilities, config, language_model, lexicon, budget, count)


def _searched(
    probabilities: Probabilities,
    config: BeamSearchConfig,
    language_model: LanguageModel | None,
    lexicon: Lexicon | None,
    budget: Budget | None,
    count: int,
) -> list[tuple[list[int], float]]:
    """Return the best prefixes of (T, C), see `best_beams`."""
    extending, ends = _extending_labels(probabilities, config)
    search = _Search(config, language_model, lexicon)
    # Merged prefixes have probability 0, and ln 0 = -inf is right for them.
    with np.errstate(divide="ignore"):
        frames = zip(probabilities, np.split(extending, ends[:-1]), strict=True)
        for index, (frame, labels) in enumerate(frames):
            if budget is not None and index % _CHECKED_FRAMES == 0:
                budget.check_search()
            search.step(frame, labels)
        return search.best(count)


def _extending_labels(probabilities: Probabilities, config: BeamSearchConfig) -> tuple[Indices, Indices]:
    """Return the labels that extend prefixes, (n,), frame by frame of (T, C), and their ends, (T,)."""
    best = probabilities.argmax(axis=1)
    before = np.append(BLANK, best[:-1])
    # A label that goes on from the frame before does not extend a prefix either.
    continuing = np.where(before == BLANK, 0.0, probabilities[np.arange(len(best)), before])
    (busy,) = (probabilities[:, BLANK] + continuing <= config.blank_threshold).nonzero()
    rows = probabilities[busy, 1:]
    count = min(config.labels, rows.shape[1])
    least = np.partition(rows, -count, axis=1)[:, -count, None]
    frames, labels = (rows >= np.maximum(least, config.least_probability)).nonzero()
    # The most probable ones come first: what they lead to tells the twin how good the others must be.
    labels = labels[np.lexsort((-rows[frames, labels], frames))]
    return labels + 1, np.bincount(busy[frames], minlength=len(best)).cumsum()


class _Search:
    """The prefixes and how they grow.

    For n prefixes there are: the probabilities (n,) of their paths that end in a blank, and of those that end
    in their last label (both relative to the best prefix); what language model, lexicon and bonus add to
    their scores (n,); and `_integers` (7, n), whose rows are the last label (the blank for the empty prefix),
    a hash of the prefix, a hash of the prefix without its last label, its node in the tree of prefixes, the
    states of language model and lexicon, and the context of `FieldScores`. The integers share an array
    because a call of numpy costs more than the few numbers that it works on.
    """

    def __init__(
        self, config: BeamSearchConfig, model: LanguageModel | None, lexicon: Lexicon | None
    ) -> None:
        self._config, self._model, self._lexicon = config, model, lexicon
        self._blank, self._label, self._fused = np.ones(1), np.zeros(1), np.zeros(1)
        start = 0
        if model is not None:
            start, bonus, alike = model.start, config.length_bonus, "".join(model.alike)
            self._fields = field_scores(model.characters, config.lm_weight, bonus, model.unknown, alike)
        self._integers = np.array([[BLANK], [1], [0], [0], [start], [0], [FieldScores.start]])
        self._tree = [(np.zeros(1, np.int64), np.zeros(1, np.int64))]  # parents, labels of all prefixes kept
        self._size = 1

    def step(self, frame: Reals, labels: Indices) -> None:
        """Advance by a frame (C,) that extends prefixes by `labels` (k,)."""
        last = self._integers[0]
        total = self._blank + self._label
        frame = frame / total.max()  # long lines would underflow
        blank, label = total * frame[BLANK], self._label * frame[last]
        if not len(labels):
            self._blank, self._label = blank, label
            return
        again = labels[:, None] == last  # (k, n): the last label counts again only behind a blank
        ends = np.empty((1 + len(labels), len(last)))  # (1 + k, n): unchanged, and extended by each label
        ends[0] = label
        np.multiply(np.where(again, self._blank, total), frame[labels, None], out=ends[1:])
        self._merge(ends, again)
        self._select(blank, ends, labels)

    def _merge(self, ends: Reals, again: Flags) -> None:
        """Add what grows into a prefix that is kept already to that prefix.

        Args:
            ends: (1 + k, n) probabilities, changed in place.
            again: (k, n) whether a label is the last one of a prefix.
        """
        columns, children = again.nonzero()
        same, parents = (self._integers[2, children, None] == self._integers[1]).nonzero()
        if len(same):
            columns, children = columns[same] + 1, children[same]
            ends[0, children] += ends[columns, parents]
            ends[columns, parents] = 0.0

    def _select(self, blank: Reals, ends: Reals, labels: Indices) -> None:
        """Keep the best prefixes.

        Args:
            blank: (n,) probabilities of the paths that end in a blank.
            ends: (1 + k, n) of those that end in a label.
            labels: (k,) that extend the prefixes.
        """
        config, n = self._config, len(blank)
        fused = self._fused_scores(labels)
        scores = ends.copy()
        scores[0] += blank
        np.log(scores, out=scores)
        scores += fused
        scores = scores.ravel()
        (chosen,) = (scores > scores.max() - config.margin).nonzero()
        if len(chosen) > config.width:
            best = np.argsort(-scores[chosen], kind="stable")[: config.width]  # of equal ones the first
            chosen = np.sort(chosen[best])  # in their order: unchanged prefixes come before extended ones
        stays = int(chosen.searchsorted(n))
        columns, rows = np.divmod(chosen, n)
        self._blank = np.zeros(len(chosen))
        self._blank[:stays] = blank[rows[:stays]]
        self._label, self._fused = ends.ravel()[chosen], fused.ravel()[chosen]
        self._integers = self._integers.take(rows, axis=1)
        self._extend(self._integers[:, stays:], labels[columns[stays:] - 1])

    def _fused_scores(self, labels: Indices) -> Reals:
        """Return what is added to ln P of n prefixes, unchanged and extended by labels (k,): (1 + k, n)."""
        config = self._config
        states, words, contexts = self._integers[4:]
        fused = np.empty((1 + len(labels), len(states)))
        fused[0] = self._fused
        if self._model is None:
            fused[1:] = self._fused + config.length_bonus
        else:
            added = self._fields.of(self._model.log_probabilities(states, labels), contexts, labels)
            np.add(self._fused, added, out=fused[1:])
        if self._lexicon is not None:
            (ends,) = self._lexicon.ends(labels).nonzero()
            if len(ends):  # spares looking up the words
                fused[1 + ends] += config.word_bonus * self._lexicon.letters(words)
        return fused

    def _extend(self, prefixes: Indices, labels: Indices) -> None:
        """Extend m prefixes, given by their integers (7, m), in place by one of labels (m,) each."""
        last, own, shorter, node, state, word, context = prefixes
        self._tree.append((node.copy(), labels))
        last[:], shorter[:] = labels, own
        own += labels
        own *= HASH_FACTOR
        node[:] = np.arange(self._size, self._size + len(labels))
        self._size += len(labels)
        if self._model is not None:
            state[:] = self._model.advance(state, labels)
            context[:] = self._fields.advance(context, labels)
        if self._lexicon is not None:
            word[:] = self._lexicon.advance(word, labels)

    def best(self, count: int) -> list[tuple[list[int], float]]:
        """Return the best prefixes, the end of the line scored too; see `best_beams`."""
        nodes, states, words, contexts = self._integers[3:]
        scores = np.log(self._blank + self._label) + self._fused
        if self._model is not None:
            end = np.array([END])
            scores += self._fields.of(self._model.log_probabilities(states, end), contexts, end)[0]
        if self._lexicon is not None:
            scores += self._config.word_bonus * self._lexicon.letters(words)
        parents, labels = (np.concatenate(part).tolist() for part in zip(*self._tree, strict=True))
        order = np.argsort(-scores, kind="stable")[:count]
        shares = np.exp(scores - scores.max())
        shares /= shares.sum()
        return [(_labels_up_to(int(nodes[index]), parents, labels), float(shares[index])) for index in order]


def _labels_up_to(node: int, parents: list[int], labels: list[int]) -> list[int]:
    """Return the labels of a prefix, given by its node in the tree."""
    found = []
    while node:
        found.append(labels[node])
        node = parents[node]
    return found[::-1]
