import struct

import numpy as np
import pytest

from text_recognizer.decoding.language_model import ngram_file
from text_recognizer.decoding.language_model.ngram_file import (
    Contexts,
    decode_ngrams,
    encode_ngrams,
    quantized,
)
from text_recognizer.errors import ArtifactError


def drawn_contexts(rng: np.random.Generator, count: int, symbols: int) -> Contexts:
    counts = rng.integers(1, 4, count).astype(np.uint8)
    total = int(counts.sum())
    return Contexts(
        np.sort(rng.choice(1 << 8 * symbols, count, replace=False)).astype(np.uint64),
        rng.integers(0, 256, count).astype(np.uint8),
        counts,
        rng.integers(0, 9, total).astype(np.uint8),
        rng.integers(0, 256, total).astype(np.uint8),
    )


@pytest.mark.parametrize("seed", range(5))
def test_what_was_written_is_read(seed: int) -> None:
    rng = np.random.default_rng(seed)
    base = rng.random(9).astype(np.float32)
    tables = [drawn_contexts(rng, 9, 1), drawn_contexts(rng, 40, 2), drawn_contexts(rng, 3, 5)]
    found_base, found = decode_ngrams(encode_ngrams(base, tables))
    np.testing.assert_array_equal(found_base, base)
    assert len(found) == 3
    for ours, theirs in zip(tables, found, strict=True):
        for name in ("keys", "shares", "counts", "successors", "codes"):
            np.testing.assert_array_equal(getattr(ours, name), getattr(theirs, name))
            assert getattr(ours, name).dtype == getattr(theirs, name).dtype


def test_files_of_before_they_were_compressed_are_read() -> None:
    keys = (5, 300, 1 << 33)
    plain = b"TRNGRAM1" + struct.pack("<HH2f", 2, 1, 0.5, 0.5) + struct.pack("<II", 3, 3)
    plain += b"".join(key.to_bytes(5, "little") for key in keys) + bytes([7, 8, 9, 1, 1, 1, 0, 1, 0, 3, 4, 5])
    base, (found,) = decode_ngrams(plain)
    assert base.tolist() == [0.5, 0.5]
    # Seven bits a symbol became eight: 300 is 2 and 44, 1 << 33 is 32 in the fifth place.
    wide = [5, 2 << 8 | 44, 32 << 32]
    assert found.keys.tolist() == wide
    assert (found.shares.tolist(), found.successors.tolist()) == ([7, 8, 9], [0, 1, 0])
    assert decode_ngrams(encode_ngrams(base, [found]))[1][0].keys.tolist() == wide


def test_what_unpacks_to_more_than_any_model_has_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    content = encode_ngrams(np.zeros(9, np.float32), [])
    monkeypatch.setattr(ngram_file, "_MAX_PLAIN_BYTES", 20)
    with pytest.raises(ArtifactError, match="too long"):
        decode_ngrams(content)


def test_codes_of_probabilities() -> None:
    assert quantized(np.array([1.0, np.exp(-0.05 * 7), 0.0])).tolist() == [0, 7, 255]


@pytest.mark.parametrize("cut", [1, 5, 40])
def test_a_file_that_was_cut_off_is_refused(cut: int) -> None:
    content = encode_ngrams(np.zeros(9, np.float32), [drawn_contexts(np.random.default_rng(0), 5, 1)])
    with pytest.raises(ArtifactError, match="file of n-grams"):
        decode_ngrams(content[:-cut])
