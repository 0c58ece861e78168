"""A language model for more characters than it was trained on: the others are rare to it."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from text_recognizer.arrays import Floats, NgramKeys
from text_recognizer.decoding.language_model.ngram_file import MAX_ORDER, SYMBOL_BITS, Contexts

ADDED_SHARE = 0.02  # of all characters, without context: about the accents of a page of French

_SYMBOL_MASK = (1 << SYMBOL_BITS) - 1


def with_more_labels(base: Floats, tables: Sequence[Contexts], added: int) -> tuple[Floats, list[Contexts]]:
    """Return the n-grams of a model whose alphabet has more characters at its end.

    Contexts with the start of a line get its new symbol, which is the one behind the last label.

    Args:
        base: (labels,) probabilities without context.
        tables: Contexts of length 1, 2, ...
        added: Number of characters.

    Returns:
        (labels + added,) probabilities, and the contexts.
    """
    more = np.full(added, ADDED_SHARE / max(1, added), np.float32)
    scaled = np.concatenate([base * np.float32(1 - (ADDED_SHARE if added else 0)), more])
    start = len(base)
    return scaled, [replace(table, keys=_moved(table.keys, start, start + added)) for table in tables]


def _moved(keys: NgramKeys, symbol: int, target: int) -> NgramKeys:
    """Return the keys (n,) of contexts with one symbol replaced by another."""
    moved = keys.astype(np.uint64)
    for place in range(MAX_ORDER - 1):
        shift = np.uint64(SYMBOL_BITS * place)
        found = (moved >> shift) & np.uint64(_SYMBOL_MASK) == np.uint64(symbol)
        moved[found] += np.uint64(target - symbol) << shift
    return moved
