"""The CTC loss against the enumeration of every path."""

import itertools

import numpy as np
import pytest

from text_recognizer.models.ctc import ctc_loss, frames_needed, pack_labels


def collapse(path: tuple[int, ...]) -> tuple[int, ...]:
    """Drop repeats, then blanks."""
    return tuple(label for label, _ in itertools.groupby(path) if label != 0)


def brute_force_loss(logits: np.ndarray, labels: list[int]) -> float:
    """Sum the probability of every path that spells `labels`."""
    frames, classes = logits.shape
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    paths = (p for p in itertools.product(range(classes), repeat=frames) if collapse(p) == tuple(labels))
    return float(-np.log(sum(np.prod(probabilities[range(frames), list(p)]) for p in paths)))


def test_loss_equals_enumeration_also_with_padded_frames() -> None:
    logits = np.random.default_rng(0).normal(size=(4, 5, 3)).astype(np.float32)
    labels = [[1], [1, 2], [1, 1], [2, 1, 2]]
    frames = [5, 3, 4, 5]
    packed = pack_labels([np.array(row, np.int32) for row in labels], frames)
    losses = np.asarray(ctc_loss(packed, logits))
    expected = [
        brute_force_loss(row[:n], label) for row, n, label in zip(logits, frames, labels, strict=True)
    ]
    np.testing.assert_allclose(losses, expected, rtol=1e-4)


def test_batches_of_other_lengths_share_their_shape() -> None:
    packed = [pack_labels([np.ones(length, np.int32)], [20]) for length in (1, 9, 16, 17)]
    assert [array.shape for array in packed] == [(1, 18), (1, 18), (1, 18), (1, 34)]
    assert [array[0, 2:].sum() for array in packed] == [1, 9, 16, 17]


@pytest.mark.parametrize(("labels", "needed"), [([], 0), ([1], 1), ([1, 1], 3), ([1, 2, 2, 2], 6)])
def test_frames_needed(labels: list[int], needed: int) -> None:
    assert frames_needed(np.array(labels, np.int32)) == needed
    if needed:
        shortest = next(
            n
            for n in range(8)
            if any(collapse(p) == tuple(labels) for p in itertools.product(range(3), repeat=n))
        )
        assert shortest == needed
