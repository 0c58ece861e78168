"""Character n-gram language model: for every prefix of a line, the probabilities of its next character.

The probabilities of a context h = (c1 ... ck) are its own, sparse ones and a share of those of the next
shorter context (interpolation as in Chen & Goodman 1999, "An empirical study of smoothing techniques for
language modeling", equation 26): p(w | h) = a(w, h) + g(h) p(w | c2 ... ck). The file holds a and g as
logarithms in steps of `STEP`; a is scaled so that they sum to 1 - g, hence every p sums to 1.

A state is the last k <= order - 1 symbols of a prefix, 7 bits each, the newest in the lowest bits.
"""

import hashlib
import json
import struct
import threading
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
_CACHED_STATES = 32768  # 10 MB
_DENSE_LENGTH = 2  # contexts so short have their rows ready, 5 MB

Float = npt.NDArray[np.float32]
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
    """Scores the next characters of many prefixes at once; safe to share between threads."""

    def __init__(self, characters: str, base: Float, tables: Sequence[Contexts]) -> None:
        """Take a model.

        Args:
            characters: Character i is label i + 1; label 0 is the end of the line.
            base: See `encode_ngrams`.
            tables: See `encode_ngrams`.

        Raises:
            ArtifactError: If `base` has not one probability for each label.
        """
        if len(base) != len(characters) + 1 or len(base) >= 1 << SYMBOL_BITS or len(tables) >= MAX_ORDER:
            raise ArtifactError(
                f"Expected probabilities of {len(characters) + 1} labels and an order of at most "
                f"{MAX_ORDER}; received {len(base)} and {len(tables) + 1}. Train the language model again."
            )
        self.characters = characters
        self.order = len(tables) + 1
        self._base = base
        self._tables = [_Table(table) for table in tables]
        self._ready = min(_DENSE_LENGTH, len(tables))
        self._dense = self._mixed(
            np.repeat(base[None], 1 << (SYMBOL_BITS * self._ready), axis=0),
            np.arange(1 << (SYMBOL_BITS * self._ready), dtype=np.uint64),
            range(1, self._ready + 1),
        )
        self._mask = int(_mask(len(tables)))
        self._lock = threading.Lock()
        self._slots: dict[int, int] = {}
        self._rows = np.empty((_CACHED_STATES, len(base)), np.float32)

    @property
    def start(self) -> int:
        """The state at the start of a line."""
        return len(self._base) & self._mask  # the label behind the last one stands for the start

    def advance(self, states: Keys, labels: npt.NDArray[np.integer]) -> Keys:
        """Return the states (n,) after one more character each.

        Args:
            states: (n,) of prefixes.
            labels: (n,) of characters, 1 ...
        """
        longer = (states << np.uint64(SYMBOL_BITS)) | labels.astype(np.uint64)
        return np.asarray(longer & np.uint64(self._mask))

    def log_probabilities(self, states: Keys) -> Float:
        """Return ln p(label | state), (n, labels), of states (n,); label 0 is the end of the line."""
        keys = states.tolist()
        with self._lock:
            if unknown := list(dict.fromkeys(key for key in keys if key not in self._slots)):
                if len(self._slots) + len(unknown) > len(self._rows):
                    self._slots.clear()
                    unknown = list(dict.fromkeys(keys))
                if len(unknown) > len(self._rows):
                    return np.log(self.probabilities(states))
                first = len(self._slots)
                rows = np.log(self.probabilities(np.array(unknown, np.uint64)))
                self._rows[first : first + len(unknown)] = rows
                self._slots.update(zip(unknown, range(first, first + len(unknown)), strict=True))
            return self._rows[[self._slots[key] for key in keys]]

    def probabilities(self, states: Keys) -> Float:
        """Return p(label | state), (n, labels), of states (n,); each row sums to 1."""
        rows = self._dense[states & _mask(self._ready)]
        return self._mixed(rows, states, range(self._ready + 1, self.order))

    def _mixed(self, rows: Float, states: Keys, lengths: range) -> Float:
        """Turn rows (n, labels) of the shorter contexts of states (n,) into those of the longest one."""
        for length in lengths:
            self._tables[length - 1].mix_into(rows, states & _mask(length))
        return rows

    def log_probability(self, text_labels: Sequence[int]) -> float:
        """Return ln p of a whole line, its end included."""
        states = np.empty(len(text_labels) + 1, np.uint64)
        states[:1] = self.start
        for i, label in enumerate(text_labels):
            states[i + 1 : i + 2] = self.advance(states[i : i + 1], np.array([label]))
        return float(np.log(self.probabilities(states))[range(len(states)), [*text_labels, END]].sum())


def _mask(length: int) -> np.uint64:
    return np.uint64((1 << (SYMBOL_BITS * length)) - 1)


class _Table:
    """Contexts of one length, ready to look up."""

    def __init__(self, contexts: Contexts) -> None:
        scale = np.exp(-STEP * np.arange(256)).astype(np.float32)
        self._keys = contexts.keys
        self._shares = scale[contexts.shares]
        self._counts = contexts.counts.astype(np.int64)
        self._starts = np.cumsum(self._counts) - self._counts
        self._successors = contexts.successors
        self._values = scale[contexts.codes]
        if len(self._keys):
            sums = np.add.reduceat(self._values, self._starts)
            self._values *= np.repeat((1 - self._shares) / sums, self._counts)

    def mix_into(self, rows: Float, keys: Keys) -> None:
        """Turn rows (n, labels) of the next shorter contexts into those of the contexts `keys` (n,)."""
        if not len(self._keys):
            return
        places = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        (known,) = np.nonzero(self._keys[places] == keys)
        places = places[known]
        rows[known] *= self._shares[places, None]
        counts = self._counts[places]
        ends = np.cumsum(counts)
        entries = np.repeat(self._starts[places] - ends + counts, counts) + np.arange(counts.sum())
        rows[np.repeat(known, counts), self._successors[entries]] += self._values[entries]


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
