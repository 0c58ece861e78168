"""The file of a character n-gram model.

The probabilities of a context h = (c1 ... ck) are its own, sparse ones and a share of those of the next
shorter context (interpolation as in Chen & Goodman 1999, "An empirical study of smoothing techniques for
language modeling", equation 26): p(w | h) = a(w, h) + g(h) p(w | c2 ... ck). The file holds a and g as
logarithms in steps of `STEP`; a is scaled so that they sum to 1 - g, hence every p sums to 1.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from text_recognizer.errors import ArtifactError

SYMBOL_BITS = 7
MAX_ORDER = 6
KEY_BYTES = 5  # (MAX_ORDER - 1) symbols fill 35 bits
STEP = 0.05  # of a quantised natural logarithm: p = exp(-STEP * code)
END = 0  # the end of the line takes the label of the blank, which no text holds

_MAGIC = b"TRNGRAM1"

Float = npt.NDArray[np.float32]
Keys = npt.NDArray[np.uint64]
Codes = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Contexts:
    """All contexts of one length.

    Attributes:
        keys: (n,) the symbols, 7 bits each, the newest in the lowest ones; ascending.
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
