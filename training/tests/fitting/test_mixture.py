from pathlib import Path

import numpy as np
import pytest

from text_recognizer.arrays import InkImage
from text_recognizer.datasets import DATASETS
from text_recognizer.datasets.dataset import Split
from text_recognizer.datasets.lazy_sequence import Generated
from text_recognizer.datasets.lines_dataset import LinesDataset
from text_recognizer.errors import ConfigError
from training.build import load_datasets
from training.config import ExperimentConfig, TrainConfig
from training.fitting.mixture import Mixture, in_memory, mix, usable
from training.runs import HISTORY
from training.tests.conftest import BarCharacters, BarLines
from training.tests.eagerly import train_eagerly
from training.tests.test_train import characters
from training.train import run


class MoreBars(BarLines):
    """The same lines under another hash, of a height of one's choice."""

    def __init__(self, height: int = 64) -> None:
        self.input_shape = (height, None, 1)

    def load_or_generate_data(self) -> None:
        super().load_or_generate_data()
        self.data_hash = "more"


class StraightBars(MoreBars, LinesDataset):
    """The same lines, said to be straightened."""

    normalize = True


class MoreCharacters(BarCharacters):
    """The same characters under another hash."""

    def load_or_generate_data(self) -> None:
        super().load_or_generate_data()
        self.data_hash = "more characters"


@pytest.fixture(autouse=True)
def more_bars(monkeypatch: pytest.MonkeyPatch) -> None:
    for dataset in (MoreBars, MoreCharacters, StraightBars):
        monkeypatch.setitem(DATASETS, dataset.__name__, dataset)


def config(**part: object) -> ExperimentConfig:
    return ExperimentConfig.from_dict(
        {
            "dataset": "BarLines", "model": "LineModelCtc", "network": "line_conv_ctc",
            "mixture": [{"dataset": "MoreBars", **part}],
        }
    )  # fmt: skip


def test_shares_of_an_epoch_follow_the_weights() -> None:
    mixture = Mixture([100, 1000, 50], [(1, 1), (2, 2), (1, 1)])
    order = mixture.draw(0)
    assert mixture.epoch_size == len(order) == 400
    part = np.digitize(order, [100, 1100])
    assert np.bincount(part).tolist() == [100, 200, 100]
    counts = np.bincount(order, minlength=1150)
    assert set(counts[:100]) == {1}, "the main data set is seen once"
    assert set(counts[100:1100]) == {0, 1}, "no sample twice before all have come"
    assert set(counts[1100:]) == {2}


def test_weights_move_from_the_first_to_the_last_epoch() -> None:
    mixture = Mixture([100, 300], [(1, 1), (3, 0)], epochs=3)
    shares = [np.mean(mixture.draw(epoch) < 100) for epoch in range(3)]
    assert shares == [0.25, 0.4, 1.0]


def test_epochs_differ_and_repeat_with_their_seed() -> None:
    first, again, other = (Mixture([10, 100], epochs=3, seed=seed) for seed in (1, 1, 2))
    assert first.draw(1).tolist() == again.draw(1).tolist() != other.draw(1).tolist()
    assert first.draw(0).tolist() != first.draw(1).tolist()


@pytest.mark.parametrize("samples", [None, 1, 7, 10, 23])
def test_no_sample_comes_again_before_all_others_have_come(samples: int | None) -> None:
    mixture = Mixture([10], epochs=12, epoch_samples=samples, seed=3)
    epochs = [mixture.draw(epoch) for epoch in range(12)]
    assert {len(order) for order in epochs} == {samples or 10}
    for number in range(len(shown := np.concatenate(epochs)) + 1):
        counts = np.bincount(shown[:number], minlength=10)
        if samples is None or samples == 1 or number % samples == 0:
            assert counts.max() - counts.min() <= 1
    rounds = {tuple(shown[i : i + 10]) for i in range(0, 10 * (len(shown) // 10), 10)}
    assert len(rounds) > 1 or len(shown) < 20, "every round is in another order"


def test_every_round_through_a_data_set_is_in_another_order() -> None:
    mixture = Mixture([10], epochs=30, epoch_samples=1, seed=3)
    shown = [int(mixture.draw(epoch)[0]) for epoch in range(30)]
    rounds = [shown[start : start + 10] for start in (0, 10, 20)]
    assert all(sorted(order) == list(range(10)) for order in rounds)
    assert rounds[0] != rounds[1] != rounds[2] != sorted(rounds[2])


def test_short_epochs_of_a_mixture_follow_its_weights_and_repeat_nothing() -> None:
    mixture = Mixture([100, 1000], [(1, 1), (3, 1)], epochs=5, epoch_samples=40)
    epochs = [mixture.draw(epoch) for epoch in range(5)]
    assert [int(np.sum(order < 100)) for order in epochs] == [10, 11, 13, 16, 20]
    assert np.bincount(np.concatenate(epochs)).max() == 1


def test_mixed_samples_keep_their_targets() -> None:
    bars = BarLines()
    bars.load_or_generate_data()
    split, mixture = mix([bars.validation, bars.test], config().mixture, TrainConfig())
    assert list(mixture.sizes) == [8, 8]
    assert list(split.targets) == [*bars.validation.targets, *bars.test.targets]
    alone, mixture = mix([bars.validation], [], TrainConfig(epochs=3, seed=5))
    assert alone is bars.validation
    assert mixture == Mixture([8], [(1.0, 1.0)], 3, None, 5)


def drawn_bars(asked: list[int]) -> Split:
    """Return a million bars that note when they are drawn."""
    bars = BarLines()
    bars.load_or_generate_data()
    images, texts = bars.test.images, bars.test.targets

    def image(i: int) -> np.ndarray:
        asked.append(i)
        return images[i % len(images)]

    widths = np.array([image.shape[1] for image in images])
    count = 1_000_000
    return Split(
        Generated(count, str), Generated(count, image), Generated(count, lambda i: texts[i % len(texts)]),
        np.resize(widths, count),
    )  # fmt: skip


def test_drawn_samples_are_mixed_in_without_drawing_them() -> None:
    bars = BarLines()
    bars.load_or_generate_data()
    asked: list[int] = []
    endless = drawn_bars(asked)
    assert usable(endless, lambda image, target: "nobody asks", "train") is endless
    split, mixture = mix([bars.test, endless], config(weight=3).mixture, TrainConfig())
    assert len(split) == 1_000_008
    assert mixture.epoch_size == 32
    first, second = (set(mixture.draw(epoch).tolist()) for epoch in (0, 1))
    assert first & second == set(range(8)), "every epoch shows new lines beside those of the main data set"
    assert split.targets[7] == bars.test.targets[7]
    assert split.targets[8] == bars.test.targets[0]
    assert split.ids[8] == "0"
    assert not asked
    np.testing.assert_array_equal(split.images[10], bars.test.images[2])
    assert asked == [2]


def test_a_mixture_trains_to_its_end_and_resumes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    train_eagerly(monkeypatch)
    values = {**characters().to_dict(), "mixture": [{"dataset": "MoreCharacters", "weight": [1, 0]}]}
    experiment = ExperimentConfig.from_dict(values)
    run(experiment, tmp_path)
    assert len((tmp_path / HISTORY).read_text().splitlines()) == 1 + 3
    run(experiment, tmp_path, resume=True)
    assert len((tmp_path / HISTORY).read_text().splitlines()) == 1 + 3


def test_the_hash_covers_all_data_sets() -> None:
    alone = load_datasets(ExperimentConfig.from_dict({**config().to_dict(), "mixture": []}))
    assert alone[1:] == ([], "bars")
    main, others, data_hash = load_datasets(config())
    assert (type(main), [type(other) for other in others]) == (BarLines, [MoreBars])
    assert data_hash not in ("bars", "more")


def test_other_shapes_are_refused() -> None:
    with pytest.raises(ConfigError, match="same dataset_args"):
        load_datasets(config(dataset_args={"height": 28}))


def test_straightened_lines_do_not_mix_with_others() -> None:
    with pytest.raises(ConfigError, match="StraightBars.*normalize True"):
        load_datasets(config(dataset="StraightBars"))


@pytest.mark.parametrize("weight", [-1, [1], [1, -0.5], [1, 2, 3]])
def test_impossible_weights_are_refused(weight: object) -> None:
    with pytest.raises(ConfigError, match="weight"):
        config(weight=weight)


def test_a_mixture_survives_json() -> None:
    first = config(weight=[2, 0.5], dataset_args={"height": 64})
    assert ExperimentConfig.from_dict(first.to_dict()) == first
    assert config(weight=2).mixture[0].weight == (2, 2)


def test_generated_samples_are_made_once_in_memory() -> None:
    asked: list[int] = []

    def image(index: int) -> InkImage:
        asked.append(index)
        return np.full((4, 8), index, np.uint8)

    kept = in_memory(Split(["a", "b"], Generated(2, image), ["x", "y"], np.array([8, 8])))
    assert [int(kept.images[i][0, 0]) for i in (0, 1, 0, 1)] == [0, 1, 0, 1]
    assert asked == [0, 1]
    assert kept.widths is None
    assert in_memory(kept) is kept
