"""The file of a character n-gram model.

The probabilities of a context h = (c1 ... ck) are its own, sparse ones and a share of those of the next
shorter context (interpolation as in Chen & Goodman 1999, "An empirical study of smoothing techniques for
language modeling", equation 26): p(w | h) = a(w, h) + g(h) p(w | c2 ... ck). The file holds a and g as
logarithms in steps of `STEP`; a is scaled so that they sum to 1 - g, hence every p sums to 1. It is
compressed, to half of its size.
"""

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from text_recognizer.arrays import Bytes, Floats, NgramCodes, NgramKeys, Reals
from text_recognizer.errors import ArtifactError

SYMBOL_BITS = 8  # 252 characters, the start of a line and the end of it fit
MAX_ORDER = 6  # the symbol and a context of 5, which fit into 64 bits
KEY_BYTES = 5  # a context of MAX_ORDER - 1 symbols has 40 bits
STEP = 0.05  # natural logarithms are quantized in these steps, p = exp(-STEP * code): within 2.5 %
END = 0  # the end of the line takes the label of the blank, which no text holds

_PLAIN = b"TRNGRAM1"  # name and version of the format, the first bytes of a file
_COMPRESSED = b"TRNGRAM2"  # those of one whose other bytes are compressed by zlib
_WIDE = b"TRNGRAM3"  # those of one that is compressed, and has 8 bits for each symbol of a key
_NARROW_BITS = 7  # in the other two: they know 125 characters at most
_MAGIC_BYTES = 8
_MAX_PLAIN_BYTES = (
    1 << 26
)  # 64 MB, eight times what a model may have: a damaged file does not fill the memory
_MIN_PROBABILITY = 1e-12  # its code is beyond 255 already; keeps the logarithm finite


@dataclass(frozen=True)
class Contexts:
    """All contexts of one length.

    ```python
    import numpy as np

    from text_recognizer.decoding.language_model.ngram_file import Contexts, encode_ngrams

    # Alphabet "ab": behind an a stands b with p = exp(-0.05 * 20) = 0.37; the rest is the shorter context's.
    after_a = Contexts(
        keys=np.array([1], np.uint64),
        shares=np.array([9], np.uint8),
        counts=np.array([1], np.uint8),
        successors=np.array([2], np.uint8),
        codes=np.array([20], np.uint8),
    )
    print(len(encode_ngrams(np.full(3, 1 / 3, np.float32), [after_a])), "bytes")
    ```

    Attributes:
        keys: (n,) the symbols of each context, 8 bits each, the newest in the lowest bits; ascending.
        shares: (n,) codes of g, the share of the next shorter context.
        counts: (n,) number of successors of each context.
        successors: (sum of counts,) their labels, context by context.
        codes: (sum of counts,) codes of a, in the same order.
    """

    keys: NgramKeys
    shares: NgramCodes
    counts: NgramCodes
    successors: NgramCodes
    codes: NgramCodes


def encode_ngrams(base: Floats, tables: Sequence[Contexts]) -> bytes:
    """Return the file of a model.

    Args:
        base: (labels,) probabilities without any context.
        tables: Contexts of length 1, 2, ...
    """
    parts = [struct.pack("<HH", len(base), len(tables)), base.astype("<f4").tobytes()]
    for table in tables:
        parts.append(struct.pack("<II", len(table.keys), len(table.successors)))
        steps = np.diff(table.keys, prepend=np.uint64(0)).astype("<u8")  # small, unlike the keys
        # All lowest bytes first: those above them are almost all 0, which takes no space once compressed.
        parts.append(steps.view(np.uint8).reshape(-1, 8)[:, :KEY_BYTES].T.tobytes())
        parts += [part.tobytes() for part in (table.shares, table.counts, table.successors, table.codes)]
    return _WIDE + zlib.compress(b"".join(parts), 9)


def quantized(probabilities: Reals) -> Bytes:
    """Return the codes of probabilities, (n,) -> (n,): -ln p in steps of `STEP`."""
    logarithms = -np.log(np.maximum(probabilities, _MIN_PROBABILITY)) / STEP
    return np.clip(np.round(logarithms), 0, 255).astype(np.uint8)


def decode_ngrams(content: bytes) -> tuple[Floats, list[Contexts]]:
    """Return what `encode_ngrams` was given: probabilities (labels,) without context, and the contexts.

    Raises:
        ArtifactError: If the content is no file of n-grams.
    """
    try:
        wide = content.startswith(_WIDE)
        compressed = wide or content.startswith(_COMPRESSED)
        content = _unpacked(content)
        at = 4
        labels, lengths = struct.unpack_from("<HH", content)
        base = np.frombuffer(content, "<f4", labels, at).astype(np.float32)
        at += 4 * labels
        tables = []
        for _ in range(lengths):
            n, successors = struct.unpack_from("<II", content, at)
            at += 8
            if at + (KEY_BYTES + 2) * n + 2 * successors > len(content):
                raise ValueError("one that ends too early")  # before anything is allocated
            keys = _keys(np.frombuffer(content, np.uint8, KEY_BYTES * n, at), compressed)
            at += KEY_BYTES * n
            parts = []
            for size in (n, n, successors, successors):
                parts.append(np.frombuffer(content, np.uint8, size, at))
                at += size
            if int(parts[1].sum()) != successors:
                raise ValueError("other numbers of successors than it states")
            tables.append(Contexts(keys if wide else _widened(keys), *parts))
    except (struct.error, zlib.error, ValueError) as error:
        raise ArtifactError(
            f"Expected a file of n-grams; received {error}. Install the package again."
        ) from error
    return base, tables


def _keys(content: NgramCodes, compressed: bool) -> NgramKeys:
    """Return the keys (n,) that `KEY_BYTES` bytes each, (KEY_BYTES * n,), stand for.

    A plain file has key after key; one to compress has their steps, first the lowest bytes of all.
    """
    rows = content.reshape(KEY_BYTES, -1).T if compressed else content.reshape(-1, KEY_BYTES)
    keys = np.zeros((len(rows), 8), np.uint8)
    keys[:, :KEY_BYTES] = rows
    numbers = keys.view("<u8").ravel().astype(np.uint64)
    return numbers.cumsum(dtype=np.uint64) if compressed else numbers


def _widened(keys: NgramKeys) -> NgramKeys:
    """Return keys (n,) of symbols of 7 bits with `SYMBOL_BITS` for each, in the same order."""
    mask = np.uint64((1 << _NARROW_BITS) - 1)
    wide = np.zeros_like(keys)
    for place in range(MAX_ORDER - 1):
        symbols = keys >> np.uint64(_NARROW_BITS * place) & mask
        wide |= symbols << np.uint64(SYMBOL_BITS * place)
    return wide


def _unpacked(content: bytes) -> bytes:
    """Return what a file of n-grams has behind its first bytes, not compressed.

    Raises:
        ValueError: If it is no such file, or too long.
        zlib.error: If it is damaged.
    """
    packed = content[_MAGIC_BYTES:]
    if content.startswith((_COMPRESSED, _WIDE)):
        unpacking = zlib.decompressobj()
        unpacked = unpacking.decompress(packed, _MAX_PLAIN_BYTES)
        if not unpacking.eof:
            raise ValueError("one that ends too early, or is too long")
        return unpacked
    if not content.startswith(_PLAIN):
        raise ValueError(f"a file that starts with {content[:_MAGIC_BYTES]!r}")
    return packed
