"""Batches: every sample once, the same for the same seed and epoch, padded with paper."""

import functools
import logging
from typing import Any

import numpy as np
import pytest

from text_recognizer.datasets.dataset import Split
from text_recognizer.datasets.lazy_sequence import Generated
from text_recognizer.models.line_model_ctc import LineModelCtc
from text_recognizer.networks import NETWORKS
from training.fitting.batches import Batches, TrainingError
from training.fitting.mixture import Mixture


@functools.cache
def model() -> LineModelCtc:
    """Return a model with a network of stride 8; batches do not change it."""
    network = NETWORKS["line_conv_ctc"](
        (64, None, 1), (None, 80), stem_filters=2, stage_filters=[2] * 4, block_width=4, num_blocks=1
    )
    return LineModelCtc(network)


def over(split: Split, batch_size: int = 8, seed: int = 7, augment: bool = False) -> Batches:
    """Return batches over a split."""
    mixture = Mixture([len(split)], epochs=3, seed=seed)
    return Batches(split, model(), mixture, batch_size=batch_size, seed=seed, augment=augment)


def make(augment: bool = False) -> tuple[Batches, Split]:
    """Return batches over 70 lines whose first ink value tells them apart."""
    rng = np.random.default_rng(0)
    images = [
        np.full((64, int(width)), i + 1, np.uint8) for i, width in enumerate(rng.integers(100, 400, 70))
    ]
    split = Split([str(i) for i in range(70)], images, ["ab"] * 70)
    return over(split, augment=augment), split


def samples(batches: Batches, epoch: int) -> list[int]:
    """Return the marks of all samples of an epoch in order."""
    inputs = [batches.batch(epoch, i)[0] for i in range(len(batches))]
    return [round(float(row[0, 0, 0]) * 255) - 1 for batch in inputs for row in batch]


def test_every_sample_once_in_an_order_of_the_epoch() -> None:
    epochs = [samples(make()[0], epoch) for epoch in range(3)]
    for order in epochs:
        assert sorted(order) == list(range(70))
    assert epochs[0] != epochs[1] != epochs[2]
    assert epochs[1] == samples(make()[0], 1), "a resumed run sees the same order"


def test_every_epoch_puts_other_samples_together_and_begins_with_others() -> None:
    split = Split([str(i) for i in range(64)], [np.zeros((64, 200), np.uint8)] * 64, ["ab"] * 64)
    batches = over(split)
    together = [{frozenset(batches.ids(epoch, i)) for i in range(8)} for epoch in range(3)]
    assert not together[0] & together[1]
    assert not together[1] & together[2]
    beginnings = [batches.ids(epoch, 0) for epoch in range(3)]
    assert all(ids != sorted(ids, key=int) for ids in beginnings)
    marked = [batch_widths(over(varied_widths(), seed=seed)) for seed in range(3)]
    assert all(widths != sorted(widths) for widths in marked), "batches of all widths come mixed"


def varied_widths() -> Split:
    """Return 160 lines of eight widths."""
    images = [np.zeros((64, 64 * (1 + i % 8)), np.uint8) for i in range(160)]
    return Split([str(i) for i in range(160)], images, ["a"] * 160)


def batch_widths(batches: Batches) -> list[int]:
    """Return the columns of each batch of the first epoch."""
    return [batches.batch(0, i)[0].shape[2] for i in range(len(batches))]


def test_padding_is_paper_and_frames_are_the_lines_own() -> None:
    batches, split = make()
    inputs, targets = batches.batch(0, 2)
    for row, target in zip(inputs, targets, strict=True):
        width = split.images[round(float(row[0, 0, 0]) * 255) - 1].shape[1]
        assert (row[:, :width] > 0).all()
        assert (row[:, width:] == 0).all()
        assert target[1] == -(-width // 8)


def test_augmented_batches_repeat() -> None:
    first, again = make(augment=True)[0].batch(0, 3), make(augment=True)[0].batch(0, 3)
    np.testing.assert_array_equal(first[0], again[0])
    other = make(augment=True)[0].batch(1, 3)
    assert first[0].shape != other[0].shape or (first[0] != other[0]).any()


def test_a_fifth_of_the_samples_is_not_varied() -> None:
    dark = Split([str(i) for i in range(400)], [np.full((64, 200), 255, np.uint8)] * 400, ["a"] * 400)
    inputs, _ = over(dark, 400, augment=True).batch(0, 0)
    plain = sum(bool(np.all(image[:, :200] == 1)) and not image[:, 200:].any() for image in inputs)
    assert 40 < plain < 130


def drawn(asked: list[int], text: str = "ab", widths: tuple[int, int] = (200, 400)) -> Split:
    """Return 8,000 lines of the mark i % 200 + 1, and note which are asked for."""

    def image(i: int) -> np.ndarray:
        asked.append(i)
        return np.full((64, widths[i % 2]), i % 200 + 1, np.uint8)

    count = 8_000
    return Split(
        Generated(count, lambda i: f"line-{i}"),
        Generated(count, image),
        Generated(count, lambda i: text),
        np.resize(np.array(widths), count),
    )


def test_of_drawn_samples_only_those_of_the_batch_are_drawn() -> None:
    asked: list[int] = []
    batches = over(drawn(asked))
    assert len(batches) == 1_000
    assert not asked
    inputs, _ = batches.batch(0, 2)
    assert len(inputs) == len(asked) == 8
    first = list(asked)
    again: list[int] = []
    np.testing.assert_array_equal(inputs, over(drawn(again)).batch(0, 2)[0])
    assert first == again
    assert len({i % 2 for i in first}) == 1, "they are sorted by the stated widths"


def test_what_the_model_rejects_of_drawn_samples_is_left_out(caplog: pytest.LogCaptureFixture) -> None:
    lines = drawn([], "a" * 20, widths=(208, 400))
    with caplog.at_level(logging.WARNING):
        inputs, targets = in_batch(over(lines), [0], [1], [3]).batch(0, 0)
    assert len(inputs) == len(targets) == 2
    assert "Left out line-0" in caplog.text
    caplog.clear()
    batches = in_batch(over(lines), [0], [1], [3])
    for epoch in range(3):
        batches.batch(epoch, 0)
    assert len(caplog.records) == 1, "each is named once"
    with pytest.raises(TrainingError, match=r"Batch 0 of epoch 1 .*rejects all.*samples: line-0, line-2\."):
        in_batch(over(lines), [0], [2]).batch(0, 0)


def in_batch(batches: Batches, *groups: list[int]) -> Batches:
    """Return `batches` with one batch, of the given groups of samples."""
    batches._order = lambda epoch: [[np.array(group) for group in groups]]  # type: ignore[assignment]
    return batches


def test_what_fails_names_the_samples_of_its_batch() -> None:
    class Broken(list[Any]):
        """Images that cannot be read."""

        def __getitem__(self, index: Any) -> Any:
            raise OSError("truncated")

    widths = np.full(3, 100)
    batches = over(Split(["a", "b", "c"], Broken(range(3)), ["x"] * 3, widths), batch_size=3)
    with pytest.raises(TrainingError, match=r"Batch 0 of epoch 2 cannot be made: truncated") as caught:
        batches.batch(1, 0)
    assert all(f"{name}" in str(caught.value).split("samples: ")[1] for name in "abc")


def lengths() -> Split:
    """Return 40 long lines and 20 short ones, each with the letters that tell which it is."""
    alphabet = "abcdefghijklmnopqrst"
    images = [np.full((64, 800), 255, np.uint8)] * 40 + [np.full((64, 200), 255, np.uint8)] * 20
    return Split([str(i) for i in range(60)], images, ["long"] * 40 + list(alphabet))


def joined(batches: Batches) -> list[tuple[str, ...]]:
    texts = lengths().targets
    groups = [ids.split("+") for i in range(len(batches)) for ids in batches.ids(0, i)]
    return [tuple(texts[int(i)] for i in group) for group in groups]


def test_short_lines_get_a_neighbour_behind_them_now_and_then() -> None:
    groups = joined(over(lengths(), seed=1, augment=True))
    assert len(groups) == 60
    assert sorted(group[0] for group in groups) == sorted(lengths().targets), "each is there once"
    pairs = [group for group in groups if len(group) == 2]
    assert 3 <= len(pairs) <= 17
    for first, second in pairs:
        assert "long" not in (first, second)
        assert (ord(first) - ord(second)) % 20 in {*range(1, 5), *range(16, 20)}
    assert all(len(group) == 1 for group in joined(over(lengths(), seed=1)))


@pytest.mark.parametrize("short", [1, 2, 3, 4, 9, 200])
def test_no_line_is_joined_with_itself(short: int) -> None:
    widths = [60] * short + [300] * (short + 2)
    images = [np.zeros((64, width), np.uint8) for width in widths]
    batches = over(Split([str(i) for i in range(len(images))], images, ["a"] * len(images)), augment=True)
    pairs = [
        ids.split("+")
        for epoch in range(3)
        for i in range(len(batches))
        for ids in batches.ids(epoch, i)
        if "+" in ids
    ]
    assert bool(pairs) == (short > 1)
    assert all(first != second for first, second in pairs)


def test_a_joined_line_reads_both_texts() -> None:
    batches = in_batch(over(lengths(), seed=1), [40, 41])
    _, targets = batches.batch(0, 0)
    vocabulary = batches._model.vocabulary
    labels = [vocabulary[int(label) - 1] for label in targets[0] if label > 0]
    assert "a b" in "".join(labels)
