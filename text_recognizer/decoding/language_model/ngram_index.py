"""N-grams in memory: a binary search for the longest one that ends a prefix, for many prefixes at once.

With G(h) = g(c1 ... ck) g(c2 ... ck) ... g(ck), where contexts that the file does not hold count 1, the
equation of `ngram_file` becomes p(w | h) = G(h) U(w, h), where U sums a / G over h and its shorter contexts:
the same probabilities in the form of a back-off model (Katz 1987). U(w, h) is that of the longest n-gram that
ends h and then w, and G(h) that of the longest context that ends h.
"""

import functools
from collections.abc import Sequence

import numpy as np

from text_recognizer.arrays import Floats, Indices, NgramCodes, NgramKeys, Reals
from text_recognizer.decoding.language_model.ngram_file import (
    MAX_ORDER,
    STEP,
    SYMBOL_BITS,
    Contexts,
)

LABEL_SHIFT = SYMBOL_BITS * (MAX_ORDER - 1)  # the label has the bits above those of the context
NEWEST_SHIFT = LABEL_SHIFT - SYMBOL_BITS  # the newest symbol has the highest bits of the context
SHARE = (1 << SYMBOL_BITS) - 1  # takes the place of a label in the nodes that hold G: no label is so large


class NgramIndex:
    """For each label a tree of contexts, and the sums of values on the way from its root to each node.

    A node is a label and then the symbols of a context from the newest to the oldest, 8 bits each, with zeros
    behind the oldest. Sorted as numbers, each node is followed by all nodes below it. So the last node that
    is not larger than a number is its deepest ancestor, or lies below its deepest ancestor.

    ```python
    import numpy as np

    from text_recognizer.decoding.language_model.ngram_index import LABEL_SHIFT, NEWEST_SHIFT, NgramIndex

    root = 1 << LABEL_SHIFT  # label 1 without context
    after_2 = root | 2 << NEWEST_SHIFT  # label 1 behind label 2
    index = NgramIndex(np.array([root, after_2]), np.array([0, 1], np.uint8), np.array([1, 0.5], np.float32))
    print(index.find(np.array([after_2, root | 3 << NEWEST_SHIFT])))  # [1.5, 1.0]: behind label 3 the root's
    ```

    Attributes:
        sums: (N, MAX_ORDER): column i has the sum down to the node without its last i symbols.
    """

    def __init__(self, nodes: Indices, lengths: NgramCodes, values: Floats) -> None:
        """Sort the nodes and sum their values.

        Args:
            nodes: (N,) in any order; the root of every label that will be looked up is among them.
            lengths: (N,) numbers of symbols of the contexts.
            values: (N,) to sum.
        """
        # Numbers that differ by less than a bound have the same symbols before that place.
        self._bounds = 1 << SYMBOL_BITS * np.arange(MAX_ORDER - 1)
        self._nodes = np.empty_like(nodes)
        self.sums = np.empty((len(nodes), MAX_ORDER), np.float32)
        labels = (nodes >> LABEL_SHIFT).astype(np.uint8)
        places = np.argsort(labels, kind="stable").astype(np.int32)
        ends = np.bincount(labels).cumsum()
        for first, end in zip([0, *ends], ends, strict=False):  # tree by tree: each fits into the CPU's cache
            tree = places[first:end]
            tree = tree[np.argsort(nodes[tree])]
            self._nodes[first:end] = nodes[tree]
            self.sums[first:end] = _sums_from_root(nodes[tree], lengths[tree], values[tree])

    @functools.cached_property
    def tables(self) -> tuple[Indices, Floats, Indices]:
        """The nodes (N,), ascending; the sums (N, MAX_ORDER); the first node of each label (SHARE + 2,)."""
        first = self._nodes.searchsorted(np.arange(SHARE + 2) << LABEL_SHIFT)
        return self._nodes, self.sums, first.astype(np.int64)

    def find(self, nodes: Indices) -> Floats:
        """Return the sums down to the deepest ancestors of nodes (..., n), in their shape.

        A node counts as its own ancestor.
        """
        places = self._nodes[1:].searchsorted(nodes, "right")
        # How many of the last symbols differ: up to them the found node's ancestors are the node's own.
        unlike = self._bounds.searchsorted(self._nodes.take(places) ^ nodes, "right")
        return self.sums.take(places * MAX_ORDER + unlike)


def _sums_from_root(nodes: Indices, lengths: NgramCodes, values: Floats) -> Floats:
    """Return the rows (n, MAX_ORDER) of `NgramIndex.sums` for the nodes of one tree.

    Args:
        nodes: (n,) ascending.
        lengths: (n,) numbers of symbols.
        values: (n,) to sum.
    """
    sums = np.empty((len(nodes), MAX_ORDER), np.float32)
    total, places = np.zeros(len(nodes)), np.arange(len(nodes), dtype=np.int32)
    for length in range(MAX_ORDER):
        bits = SYMBOL_BITS * (MAX_ORDER - 1 - length)
        # The last node of this length at or before each node: its ancestor, if it begins alike.
        last = np.maximum.accumulate(np.where(lengths == length, places, 0))
        above = (nodes[last] == nodes >> bits << bits) & (lengths[last] == length)
        total += np.where(above, values[last], 0)
        sums[:, MAX_ORDER - 1 - length] = total
    return sums


def build_index(base: Floats, tables: Sequence[Contexts]) -> NgramIndex:
    """Return the index whose sums are ln U at the nodes of labels, and ln G at those of `SHARE`.

    Args:
        base: (labels,) probabilities without context.
        tables: Contexts of length 1, 2, ...
    """
    index = NgramIndex(*_nodes(base, tables))
    label_sums = index.sums[: -1 - sum(len(table.keys) for table in tables)]  # nodes of SHARE come last
    np.log(label_sums, out=label_sums)
    return index


def _nodes(base: Floats, tables: Sequence[Contexts]) -> tuple[Indices, NgramCodes, Floats]:
    """Return nodes, lengths and values of the index, (N,) each: a / G of each n-gram, ln g of each context.

    Args:
        base: (labels,) probabilities without context.
        tables: Contexts of length 1, 2, ...
    """
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
    """Return a of all n successors, (n,); those of a context sum to 1 - g."""
    values: Reals = np.exp(-STEP * table.codes)
    if not len(values):
        return values
    counts = table.counts.astype(np.int64)
    sums = np.add.reduceat(values, np.cumsum(counts) - counts)
    return np.asarray(values * np.repeat((1 - np.exp(-STEP * table.shares)) / sums, counts))


def _newest_first(keys: NgramKeys, length: int) -> Indices:
    """Return the states (n,) of contexts (n,) of `length` symbols, the newest in the lowest bits."""
    states, left = np.zeros(len(keys), np.int64), keys.astype(np.int64)
    for place in range(length):
        states |= (left & ((1 << SYMBOL_BITS) - 1)) << (NEWEST_SHIFT - SYMBOL_BITS * place)
        left >>= SYMBOL_BITS
    return states
