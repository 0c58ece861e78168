"""Batches: every sample once, the same for the same seed and epoch, padded with paper."""

import logging

import numpy as np
import pytest

from text_recognizer.datasets.dataset import Split
from text_recognizer.datasets.lazy_sequence import Drawn
from text_recognizer.errors import DataError
from text_recognizer.models.line_model_ctc import LineModelCtc
from text_recognizer.networks import NETWORKS
from training.fitting.batches import Batches


def model() -> LineModelCtc:
    """Return a job with a network of stride 8."""
    network = NETWORKS["line_conv_ctc"](
        (64, None, 1), (None, 80), stem_filters=2, stage_filters=[2] * 4, block_width=4, num_blocks=1
    )
    return LineModelCtc(network)


def make(epoch: int = 0, augment: bool = False) -> tuple[Batches, Split]:
    """Return batches over 70 lines whose first ink value tells them apart."""
    rng = np.random.default_rng(0)
    images = [
        np.full((64, int(width)), i + 1, np.uint8) for i, width in enumerate(rng.integers(100, 400, 70))
    ]
    split = Split([str(i) for i in range(70)], images, ["ab"] * 70)
    return Batches(split, model(), 8, seed=7, augment=augment, epoch=epoch), split


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


def test_a_fifth_of_the_samples_is_not_varied() -> None:
    dark = Split([str(i) for i in range(400)], [np.full((64, 200), 255, np.uint8)] * 400, ["a"] * 400)
    inputs, _ = Batches(dark, model(), 400, seed=7, augment=True)[0]
    plain = sum(bool(np.all(image[:, :200] == 1)) and not image[:, 200:].any() for image in inputs)
    assert 40 < plain < 130


def drawn(asked: list[int], text: str = "ab", widths: tuple[int, int] = (200, 400)) -> Split:
    """Return a million lines of the mark i % 200 + 1, and note which are asked for."""

    def image(i: int) -> np.ndarray:
        asked.append(i)
        return np.full((64, widths[i % 2]), i % 200 + 1, np.uint8)

    count = 1_000_000
    return Split(
        Drawn(count, lambda i: f"line-{i}"),
        Drawn(count, image),
        Drawn(count, lambda i: text),
        np.resize(np.array(widths), count),
    )


def test_of_drawn_samples_only_those_of_the_batch_are_drawn() -> None:
    asked: list[int] = []
    batches = Batches(drawn(asked), model(), 8, seed=7, augment=False)
    assert len(batches) == 125_000
    assert not asked
    inputs, _ = batches[2]
    assert len(inputs) == len(asked) == 8
    first = list(asked)
    again: list[int] = []
    np.testing.assert_array_equal(inputs, Batches(drawn(again), model(), 8, seed=7, augment=False)[2][0])
    assert first == again
    assert len({i % 2 for i in first}) == 1, "they are sorted by the stated widths"


def test_what_the_model_rejects_of_drawn_samples_is_left_out(caplog: pytest.LogCaptureFixture) -> None:
    narrow = Batches(drawn([], "a" * 20, widths=(208, 400)), model(), 8, seed=7, augment=False)
    narrow._order[0] = [np.array([0]), np.array([1]), np.array([3])]
    with caplog.at_level(logging.WARNING):
        inputs, targets = narrow[0]
    assert len(inputs) == len(targets) == 2
    assert "Left out line-0" in caplog.text
    narrow._order[0] = [np.array([0])]
    with pytest.raises(DataError, match="rejects all of batch 0"):
        narrow[0]


def lengths() -> Split:
    """Return 40 long lines and 20 short ones, each with the letters that tell which it is."""
    alphabet = "abcdefghijklmnopqrst"
    images = [np.full((64, 800), 255, np.uint8)] * 40 + [np.full((64, 200), 255, np.uint8)] * 20
    return Split([str(i) for i in range(60)], images, ["long"] * 40 + list(alphabet))


def joined(batches: Batches) -> list[tuple[str, ...]]:
    texts = lengths().targets
    return [tuple(texts[i] for i in group) for batch in batches._order for group in batch]


def test_short_lines_get_a_neighbour_behind_them_now_and_then() -> None:
    groups = joined(Batches(lengths(), model(), 8, seed=1, augment=True))
    assert len(groups) == 60
    assert sorted(group[0] for group in groups) == sorted(lengths().targets), "each is there once"
    pairs = [group for group in groups if len(group) == 2]
    assert 3 <= len(pairs) <= 17
    for first, second in pairs:
        assert "long" not in (first, second)
        assert (ord(first) - ord(second)) % 20 in {*range(5), *range(16, 20)}
    assert all(len(group) == 1 for group in joined(Batches(lengths(), model(), 8, seed=1, augment=False)))


def test_a_joined_line_reads_both_texts() -> None:
    batches = Batches(lengths(), model(), 8, seed=1, augment=True)
    batches._order[1] = [np.array([40, 41])]
    _, targets = batches[1]
    vocabulary = batches._model.vocabulary
    labels = [vocabulary[int(label) - 1] for label in targets[0] if label > 0]
    assert "a b" in "".join(labels)
