"""N-grams in memory: a binary search for the longest one that ends a prefix, for many prefixes at once.

With G(h) = g(c1 ... ck) g(c2 ... ck) ... g(ck), where contexts that the file does not hold count 1, the
equation of `ngrams` becomes p(w | h) = G(h) U(w, h), where U sums a / G over h and its shorter contexts: the
same probabilities in the form of a back-off model (Katz 1987). U(w, h) is that of the longest n-gram that
ends h and then w, and G(h) that of the longest context that ends h.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from text_recognizer.decoding.language_model.ngram_file import (
    MAX_ORDER,
    STEP,
    SYMBOL_BITS,
    Codes,
    Contexts,
    Float,
    Keys,
)

LABEL_SHIFT = SYMBOL_BITS * (MAX_ORDER - 1)  # where a node has its label
NEWEST_SHIFT = LABEL_SHIFT - SYMBOL_BITS  # where it has the newest symbol of the context
SHARE = (1 << SYMBOL_BITS) - 1  # no label: its nodes hold G

Reals = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class NgramIndex:
    """Trees of labels, with what may stand before them, and the sums of values on the way to each node.

    A node is a label and then the symbols of a context from the newest to the oldest, 7 bits each, with zeros
    behind the oldest. In the order of these numbers each node is followed by all those below it. So whatever
    is looked for, the node that stands last before it is its deepest ancestor, or is below that.

    Attributes:
        sums: (N, MAX_ORDER), down to each node without its last 0, 1 ... symbols.
    """

    def __init__(self, nodes: Ints, lengths: Codes, values: Float) -> None:
        """Take all nodes, in any order.

        Args:
            nodes: (N,); the root of every label that is looked for is among them.
            lengths: (N,) symbols of the context.
            values: (N,) to sum.
        """
        self._bounds = 1 << SYMBOL_BITS * np.arange(MAX_ORDER - 1)  # to differ by less is to begin alike
        self._nodes = np.empty_like(nodes)
        self.sums = np.empty((len(nodes), MAX_ORDER), np.float32)
        labels = (nodes >> LABEL_SHIFT).astype(np.uint8)
        places = np.argsort(labels, kind="stable").astype(np.int32)
        ends = np.bincount(labels).cumsum()
        for first, end in zip([0, *ends], ends, strict=False):  # tree by tree, for the processor's cache
            tree = places[first:end]
            tree = tree[np.argsort(nodes[tree])]
            self._nodes[first:end] = nodes[tree]
            self.sums[first:end] = _sums_from_root(nodes[tree], lengths[tree], values[tree])

    def find(self, nodes: Ints) -> Float:
        """Return the sums down to the deepest ancestors of nodes, which may be themselves; any shape."""
        places = self._nodes[1:].searchsorted(nodes, "right")
        unlike = self._bounds.searchsorted(self._nodes.take(places) ^ nodes, "right")  # symbols at the end
        return self.sums.take(places * MAX_ORDER + unlike)


def _sums_from_root(nodes: Ints, lengths: Codes, values: Float) -> Float:
    """Return what `NgramIndex.sums` says of the nodes (n,) of one tree.

    Args:
        nodes: Ascending.
        lengths: (n,) symbols.
        values: (n,) to sum.
    """
    sums = np.empty((len(nodes), MAX_ORDER), np.float32)
    total, places = np.zeros(len(nodes)), np.arange(len(nodes), dtype=np.int32)
    for length in range(MAX_ORDER):
        bits = SYMBOL_BITS * (MAX_ORDER - 1 - length)
        last = np.maximum.accumulate(np.where(lengths == length, places, 0))
        above = (nodes[last] == nodes >> bits << bits) & (lengths[last] == length)
        total += np.where(above, values[last], 0)
        sums[:, MAX_ORDER - 1 - length] = total
    return sums


def build_index(base: Float, tables: Sequence[Contexts]) -> NgramIndex:
    """Return the index that sums to ln U at the nodes of labels, and to ln G at those of `SHARE`."""
    index = NgramIndex(*_nodes(base, tables))
    of_labels = index.sums[: -1 - sum(len(table.keys) for table in tables)]
    np.log(of_labels, out=of_labels)
    return index


def _nodes(base: Float, tables: Sequence[Contexts]) -> tuple[Ints, Codes, Float]:
    """Return nodes, lengths and values of the index: a / G of each n-gram, ln g of each context."""
    contexts = [_newest_first(table.keys, length) for length, table in enumerate(tables, start=1)]
    states = np.concatenate([[0], *contexts])
    lengths = np.repeat(np.arange(len(tables) + 1, dtype=np.uint8), [1, *map(len, contexts)])
    log_g = np.concatenate([[0.0], *(-STEP * table.shares for table in tables)], dtype=np.float32)
    order = np.argsort(states)
    big_g = np.empty(len(states))
    big_g[order] = np.exp(_sums_from_root(states[order], lengths[order], log_g[order])[:, 0])
    counts = np.concatenate([[len(base)], *(table.counts for table in tables)])
    labels = np.concatenate([np.arange(len(base)), *(table.successors for table in tables)])
    values = np.concatenate([base, *map(_own, tables)]) / np.repeat(big_g, counts)
    return (
        np.concatenate([labels << LABEL_SHIFT | np.repeat(states, counts), SHARE << LABEL_SHIFT | states]),
        np.concatenate([np.repeat(lengths, counts), lengths]),
        np.concatenate([values, log_g], dtype=np.float32),
    )


def _own(table: Contexts) -> Reals:
    """Return a of all successors; those of a context sum to 1 - g."""
    values: Reals = np.exp(-STEP * table.codes)
    if not len(values):
        return values
    counts = table.counts.astype(np.int64)
    sums = np.add.reduceat(values, np.cumsum(counts) - counts)
    return np.asarray(values * np.repeat((1 - np.exp(-STEP * table.shares)) / sums, counts))


def _newest_first(keys: Keys, length: int) -> Ints:
    """Return the states of contexts (n,) of one length, whose newest symbol is in the lowest bits."""
    states, left = np.zeros(len(keys), np.int64), keys.astype(np.int64)
    for place in range(length):
        states |= (left & ((1 << SYMBOL_BITS) - 1)) << (NEWEST_SHIFT - SYMBOL_BITS * place)
        left >>= SYMBOL_BITS
    return states
