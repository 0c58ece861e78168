"""A language model for other characters than those that it was trained on.

What it alone knows is folded into what it looks like, as é into e, and what it does not know is rare to it.
So one file serves line models with accents and without.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from text_recognizer.arrays import Floats, Indices
from text_recognizer.decoding.language_model.ngram_file import END, STEP, SYMBOL_BITS, Contexts, quantized
from text_recognizer.vocabulary import known_form

ADDED_SHARE = 0.02  # of all characters, without context: about the accents of a page of French

_SYMBOL_MASK = (1 << SYMBOL_BITS) - 1
_DROPPED = -1  # in place of a symbol that looks like none of those that are asked about


def fitted(base: Floats, tables: Sequence[Contexts], known: str, asked: str) -> tuple[Floats, list[Contexts]]:
    """Return the n-grams of a model as one of other characters has them.

    Args:
        base: (labels,) probabilities without context.
        tables: Contexts of length 1, 2, ...
        known: The model's characters: character i is label i + 1.
        asked: Those that it is asked about.

    Returns:
        (len(asked) + 1,) probabilities, and the contexts.
    """
    if known == asked:
        return base, list(tables)
    symbols = _symbols(known, asked)
    kept = symbols[: len(base)] != _DROPPED
    scaled = np.bincount(symbols[: len(base)][kept], base[kept], len(asked) + 1)
    added = scaled == 0
    share = ADDED_SHARE if added.any() else 0.0
    scaled *= (1 - share) / scaled.sum()
    scaled[added] = share / max(1, int(added.sum()))
    # Without a character that is folded, dropped or in another order, contexts only get new numbers.
    change = _renumbered if (np.diff(symbols) > 0).all() else _merged
    changed = [change(table, length, symbols) for length, table in enumerate(tables, start=1)]
    return scaled.astype(np.float32), changed


def unknown_characters(known: str, asked: str) -> str:
    """Return those characters of `asked` that no text of a model has, which knows others, in their order."""
    forms = {known_form(character, asked) for character in known}
    return "".join(character for character in asked if character not in forms)


def _symbols(known: str, asked: str) -> Indices:
    """Return the new symbols (S,) of the S old ones: the end, the characters and the start of a line."""
    labels = {character: label for label, character in enumerate(asked, start=1)}
    found = np.full(len(known) + 2, _DROPPED, np.int64)
    found[0], found[-1] = END, len(asked) + 1
    for label, character in enumerate(known, start=1):
        form = known_form(character, labels)
        if form is not None:
            found[label] = labels[form]
    return found


def _moved(table: Contexts, length: int, symbols: Indices) -> Indices:
    """Return the new symbols (n, length) of contexts of `length` symbols, the newest first."""
    places = (table.keys.astype(np.int64)[:, None] >> SYMBOL_BITS * np.arange(length)) & _SYMBOL_MASK
    return np.asarray(symbols[places])


def _keys(moved: Indices) -> Indices:
    """Return the keys (n,) of contexts by their symbols (n, length), the newest first."""
    return np.asarray((moved << SYMBOL_BITS * np.arange(moved.shape[1])).sum(axis=1))


def _renumbered(table: Contexts, length: int, symbols: Indices) -> Contexts:
    """Return contexts of `length` symbols with new ones, (S,) for S old ones, in the same order."""
    keys = _keys(_moved(table, length, symbols)).astype(np.uint64)
    return replace(table, keys=keys, successors=symbols[table.successors].astype(np.uint8))


def _merged(table: Contexts, length: int, symbols: Indices) -> Contexts:
    """Return contexts of `length` symbols with new ones, (S,) for S old ones; equal ones become one.

    How often a context occurs decides how much of its probabilities the merged one has. The file does not
    hold that, but discounting takes about as much for each successor (Chen & Goodman 1999, equation 26):
    the share that is left to shorter contexts is successors / occurrences, up to a factor.
    """
    moved = _moved(table, length, symbols)
    counts = table.counts.astype(np.int64)
    label = symbols[table.successors]
    owner = np.repeat(np.arange(len(counts)), counts)
    left = ((moved != _DROPPED).all(axis=1)[owner]) & (label != _DROPPED)
    owner, label = owner[left], label[left]
    present = np.unique(owner)  # contexts that still have a successor
    keys, group = np.unique(_keys(moved[present]), return_inverse=True)
    occurrences = (counts * np.exp(STEP * table.shares))[present]
    totals = np.bincount(group, occurrences, len(keys))
    places = present.searchsorted(owner)  # of each successor's context among `present`
    own = np.exp(-STEP * table.codes[left]) * (occurrences / totals[group])[places]
    pairs, same = np.unique(group[places] << SYMBOL_BITS | label, return_inverse=True)
    return Contexts(
        keys.astype(np.uint64),
        np.maximum(quantized(np.bincount(group, counts[present], len(keys)) / totals), 1),
        np.bincount(pairs >> SYMBOL_BITS, minlength=len(keys)).astype(np.uint8),
        (pairs & _SYMBOL_MASK).astype(np.uint8),
        quantized(np.bincount(same, own, len(pairs)).astype(np.float64)),
    )
