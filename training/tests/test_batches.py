"""Batches: every sample once, the same for the same seed and epoch, padded with paper."""

import numpy as np

from text_recognizer.datasets.dataset import Split
from text_recognizer.models.line_model_ctc import LineModelCtc
from text_recognizer.networks import NETWORKS
from training.batches import Batches


def make(epoch: int = 0, augment: bool = False) -> tuple[Batches, Split]:
    """Return batches over 70 lines whose first ink value tells them apart."""
    rng = np.random.default_rng(0)
    images = [
        np.full((64, int(width)), i + 1, np.uint8) for i, width in enumerate(rng.integers(100, 400, 70))
    ]
    split = Split([str(i) for i in range(70)], images, ["ab"] * 70)
    network = NETWORKS["line_conv_ctc"](
        (64, None, 1), (None, 80), stem_filters=2, stage_filters=[2] * 4, block_width=4, num_blocks=1
    )
    return Batches(split, LineModelCtc(network), 8, seed=7, augment=augment, epoch=epoch), split


def samples(batches: Batches) -> list[int]:
    """Return the marks of all samples in order."""
    return [round(float(row[0, 0, 0]) * 255) - 1 for i in range(len(batches)) for row in batches[i][0]]


def test_every_sample_once_in_an_order_of_the_epoch() -> None:
    batches, _ = make()
    first = samples(batches)
    assert sorted(first) == list(range(70))
    batches.on_epoch_end()
    second = samples(batches)
    assert sorted(second) == list(range(70))
    assert first != second
    assert second == samples(make(epoch=1)[0]), "a resumed run sees the same order"


def test_padding_is_paper_and_frames_are_the_lines_own() -> None:
    batches, split = make()
    inputs, targets = batches[2]
    for row, target in zip(inputs, targets, strict=True):
        width = split.images[round(float(row[0, 0, 0]) * 255) - 1].shape[1]
        assert (row[:, :width] > 0).all()
        assert (row[:, width:] == 0).all()
        assert target[1] == -(-width // 8)


def test_the_first_two_batches_differ_in_width_so_that_keras_takes_any() -> None:
    batches, _ = make()
    assert batches[0][0].shape[2] != batches[1][0].shape[2]


def test_augmented_batches_repeat() -> None:
    first, again = make(augment=True)[0][3], make(augment=True)[0][3]
    np.testing.assert_array_equal(first[0], again[0])
    other = make(epoch=1, augment=True)[0][3]
    assert first[0].shape != other[0].shape or (first[0] != other[0]).any()
