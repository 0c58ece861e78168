"""Character n-gram language model: for every prefix of a line, the probabilities of its next character.

The probabilities of a context h = (c1 ... ck) are its own, sparse ones and a share of those of the next
shorter context (interpolation as in Chen & Goodman 1999, "An empirical study of smoothing techniques for
language modeling", equation 26): p(w | h) = a(w, h) + g(h) p(w | c2 ... ck). The file holds a and g as
logarithms in steps of `STEP`; a is scaled so that they sum to 1 - g, hence every p sums to 1.

A state is the last 5 symbols of a prefix, 7 bits each, the newest in the highest bits; a context in the file
has the newest in the lowest.
"""

import hashlib
import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from text_recognizer import artifacts
from text_recognizer.errors import ArtifactError

LANGUAGE_MODEL = "language_model.json"
NGRAMS = "ngrams.bin"
DEFAULT_LANGUAGE_MODEL = "LanguageModel_BrownIam_character_6gram"

SYMBOL_BITS = 7
MAX_ORDER = 6
KEY_BYTES = 5  # (MAX_ORDER - 1) symbols fill 35 bits
STEP = 0.05  # of a quantised natural logarithm: p = exp(-STEP * code)
END = 0  # the end of the line takes the label of the blank, which no text holds

_MAGIC = b"TRNGRAM1"
_NEWEST = SYMBOL_BITS * (MAX_ORDER - 2)  # where a state has its newest symbol
_LABEL = SYMBOL_BITS * (MAX_ORDER - 1)
_SHARE = (1 << SYMBOL_BITS) - 1  # no label: its nodes hold G

Float = npt.NDArray[np.float32]
Reals = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint64]
Codes = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Contexts:
    """All contexts of one length.

    Attributes:
        keys: (n,) states, ascending.
        shares: (n,) codes of g, the share of the next shorter context.
        counts: (n,) how many successors each has.
        successors: (sum of counts,) their labels, context by context.
        codes: Of a, as `successors`.
    """

    keys: Keys
    shares: Codes
    counts: Codes
    successors: Codes
    codes: Codes


def encode_ngrams(base: Float, tables: Sequence[Contexts]) -> bytes:
    """Return the file of a model.

    Args:
        base: (labels,) probabilities without any context.
        tables: Contexts of length 1, 2 ...
    """
    parts = [_MAGIC, struct.pack("<HH", len(base), len(tables)), base.astype("<f4").tobytes()]
    for table in tables:
        parts.append(struct.pack("<II", len(table.keys), len(table.successors)))
        parts.append(table.keys.astype("<u8").view(np.uint8).reshape(-1, 8)[:, :KEY_BYTES].tobytes())
        parts += [part.tobytes() for part in (table.shares, table.counts, table.successors, table.codes)]
    return b"".join(parts)


def decode_ngrams(content: bytes) -> tuple[Float, list[Contexts]]:
    """Do the reverse of `encode_ngrams`.

    Raises:
        ArtifactError: If it is no such file.
    """
    try:
        if content[: len(_MAGIC)] != _MAGIC:
            raise ValueError(f"a file that starts with {content[: len(_MAGIC)]!r}")
        at = len(_MAGIC) + 4
        labels, lengths = struct.unpack_from("<HH", content, len(_MAGIC))
        base = np.frombuffer(content, "<f4", labels, at).astype(np.float32)
        at += 4 * labels
        tables = []
        for _ in range(lengths):
            n, successors = struct.unpack_from("<II", content, at)
            at += 8
            keys = np.zeros((n, 8), np.uint8)
            keys[:, :KEY_BYTES] = np.frombuffer(content, np.uint8, KEY_BYTES * n, at).reshape(n, KEY_BYTES)
            at += KEY_BYTES * n
            parts = []
            for size in (n, n, successors, successors):
                parts.append(np.frombuffer(content, np.uint8, size, at))
                at += size
            tables.append(Contexts(keys.view("<u8").ravel().astype(np.uint64), *parts))
    except (struct.error, ValueError) as error:
        raise ArtifactError(
            f"Expected a file of n-grams; received {error}. Install the package again."
        ) from error
    return base, tables


class LanguageModel:
    """Scores the next characters of many prefixes at once; safe to share between threads.

    With G(h) = g(c1 ... ck) g(c2 ... ck) ... g(ck), where contexts that the file does not hold count 1, the
    equation above becomes p(w | h) = G(h) U(w, h), where U sums a / G over h and its shorter contexts: the
    same probabilities in the form of a back-off model (Katz 1987). U(w, h) stands with the longest n-gram
    that ends h and then w, G(h) with the longest context that ends h: one search for each.
    """

    def __init__(self, characters: str, base: Float, tables: Sequence[Contexts]) -> None:
        """Take a model.

        Args:
            characters: Character i is label i + 1; label 0 is the end of the line.
            base: See `encode_ngrams`.
            tables: See `encode_ngrams`.

        Raises:
            ArtifactError: If `base` has not one probability for each label.
        """
        if len(base) != len(characters) + 1 or len(base) >= _SHARE or len(tables) >= MAX_ORDER:
            raise ArtifactError(
                f"Expected probabilities of {len(characters) + 1} labels and an order of at most "
                f"{MAX_ORDER}; received {len(base)} and {len(tables) + 1}. Train the language model again."
            )
        self.characters = characters
        self.order = len(tables) + 1
        self._index = _index(base, tables)

    @property
    def start(self) -> int:
        """The state at the start of a line."""
        return (len(self.characters) + 1) << _NEWEST  # the label behind the last one stands for the start

    def advance(self, states: Ints, labels: npt.NDArray[np.integer]) -> Ints:
        """Return the states (n,) after one more character each.

        Args:
            states: (n,) of prefixes.
            labels: (n,) of characters, 1 ...
        """
        return states >> SYMBOL_BITS | labels.astype(np.int64) << _NEWEST

    def log_probabilities(self, states: Ints, labels: Ints) -> Float:
        """Return ln p(label | state), (k, n), of labels (k,) after states (n,); label 0 ends the line."""
        nodes = np.empty((len(labels) + 1, len(states)), np.int64)
        np.bitwise_or((labels << _LABEL)[:, None], states, out=nodes[:-1])
        np.bitwise_or(_SHARE << _LABEL, states, out=nodes[-1])
        found = self._index.find(nodes)
        return np.asarray(found[:-1] + found[-1])

    def probabilities(self, states: Ints) -> Float:
        """Return p(label | state), (n, labels), of states (n,); each row sums to 1."""
        return np.exp(self.log_probabilities(states, np.arange(len(self.characters) + 1)).T)

    def log_probability(self, text_labels: Sequence[int]) -> float:
        """Return ln p of a whole line, its end included."""
        labels = np.array([*text_labels, END])
        states = np.full(len(labels), self.start)
        for i in range(len(labels) - 1):
            states[i + 1] = self.advance(states[i], labels[i])
        found = self._index.find(np.stack([labels, np.full_like(labels, _SHARE)]) << _LABEL | states)
        return float(found.sum())


class _Index:
    """Trees of labels, with what may stand before them, and the sums of values on the way to each node.

    A node is a label and then the symbols of a context from the newest to the oldest, 7 bits each, with zeros
    behind the oldest. In the order of these numbers each node is followed by all those below it. So whatever
    is looked for, the node that stands last before it is its deepest ancestor, or is below that.
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
        self.sums = np.empty(
            (len(nodes), MAX_ORDER), np.float32
        )  # of the node without its last 0 ... symbols
        labels = (nodes >> _LABEL).astype(np.uint8)
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
    """Return the sums down to each node (n,) of a tree without its last 0, 1 ... symbols, (n, MAX_ORDER).

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


def _index(base: Float, tables: Sequence[Contexts]) -> _Index:
    """Return the index that sums to ln U at the nodes of labels, and to ln G at those of `_SHARE`."""
    index = _Index(*_nodes(base, tables))
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
        np.concatenate([labels << _LABEL | np.repeat(states, counts), _SHARE << _LABEL | states]),
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
        states |= (left & ((1 << SYMBOL_BITS) - 1)) << (_NEWEST - SYMBOL_BITS * place)
        left >>= SYMBOL_BITS
    return states


def load_language_model(name: str = DEFAULT_LANGUAGE_MODEL, weights_dir: Path | None = None) -> LanguageModel:
    """Return the language model `weights_dir / name` after its SHA-256 was checked.

    Args:
        name: Of the folder.
        weights_dir: Folder of the models; default: the shipped ones.

    Raises:
        ArtifactError: If it is missing or damaged.
    """
    folder = (weights_dir or artifacts.WEIGHTS_DIR) / name
    try:
        manifest = json.loads((folder / LANGUAGE_MODEL).read_text(encoding="utf-8"))
        expected, characters = manifest["sha256"][NGRAMS], manifest["vocabulary"]
        content = (folder / NGRAMS).read_bytes()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ArtifactError(
            f"Expected a language model in {folder}; received {type(error).__name__}: {error}. Install the "
            "package again, or train it: training/train_language_model.py."
        ) from error
    actual = hashlib.sha256(content).hexdigest()
    if actual != expected:
        raise ArtifactError(
            f"Expected SHA-256 {expected} of {folder / NGRAMS}; received {actual}: the file is damaged. "
            "Install the package again."
        )
    return LanguageModel(characters, *decode_ngrams(content))
