import time

import keras
import numpy as np
import pytest

from text_recognizer.datasets.dataset import Split
from text_recognizer.models import LineModelCtc
from text_recognizer.networks import line_conv_ctc
from training.fine_tuning import tuner as module
from training.fine_tuning.plan import FineTuneConfig
from training.fine_tuning.tuner import Tuner, even_batch_size
from training.tests.conftest import TEXTS, draw
from training.tests.eagerly import train_eagerly

LINES = Split(TEXTS[:4], [draw(text) for text in TEXTS[:4]], TEXTS[:4])
NOTHING = Split([], [], [])


@pytest.fixture(autouse=True)
def eagerly(monkeypatch: pytest.MonkeyPatch) -> None:
    train_eagerly(monkeypatch)


def tuner(config: FineTuneConfig, replay: Split = NOTHING) -> Tuner:
    keras.utils.set_random_seed(0)
    network = line_conv_ctc(
        (64, None, 1), (None, 80), 2, (2, 2, 2, 2), 1, block_width=8, num_blocks=1, dropout=0.0
    )
    return Tuner(LineModelCtc(network), config, replay)


def changed(tuned: Tuner) -> list[bool]:
    now = tuned.model.network.get_weights()
    return [not np.array_equal(a, b) for a, b in zip(tuned.start, now, strict=True)]


def test_it_learns_from_the_same_start_each_time_and_keeps_normalization() -> None:
    tuned = tuner(FineTuneConfig(batch_size=2, learning_rate=1e-2))
    assert tuned.learn(LINES, 2, "first")
    first = tuned.model.network.get_weights()
    moved = changed(tuned)
    assert any(moved)
    norms = [
        layer for layer in tuned.model.network.layers if isinstance(layer, keras.layers.BatchNormalization)
    ]
    for scale, offset, mean, _ in (norm.get_weights() for norm in norms):
        assert (scale == 1).all()
        assert not offset.any()
        assert not mean.any()
    assert tuned.learn(LINES, 2, "again")
    for a, b in zip(first, tuned.model.network.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)


def test_a_share_of_the_change_is_kept() -> None:
    tuned = tuner(FineTuneConfig())
    assert tuned.learn(LINES, 1, "learning")
    whole = tuned.model.network.get_weights()
    for share in (0.5, 1.0):
        tuned.keep(share)
        for start, end, kept in zip(tuned.start, whole, tuned.model.network.get_weights(), strict=True):
            np.testing.assert_allclose(kept, start + share * (end - start), atol=1e-6)


def test_other_lines_and_no_more_doubtful_ones_are_shown_between() -> None:
    tuned = tuner(FineTuneConfig(replay=0.5, batch_size=5), LINES)
    own = Split([*map(str, range(20))], [*LINES.images] * 5, [*LINES.targets] * 5)
    seen: list[float] = []
    doubtful = Split([*map(str, range(26))], [LINES.images[0]] * 26, [LINES.targets[0]] * 26)
    assert tuned.learn(own, 1, "learning", report=seen.append, doubtful=doubtful)
    assert len(seen) == (20 + 10 + 20) / 5
    assert seen[-1] == 1.0


def test_no_line_is_left_alone_in_a_batch_of_its_own() -> None:
    assert [even_batch_size(samples, 8) for samples in (1, 8, 9, 10, 25, 100)] == [1, 8, 5, 5, 7, 8]


def test_the_deadline_and_ctrl_c_end_it_with_what_was_learned(monkeypatch: pytest.MonkeyPatch) -> None:
    tuned = tuner(FineTuneConfig(batch_size=1))
    assert not tuned.learn(LINES, 50, "late", deadline=time.monotonic())
    assert any(changed(tuned))

    def interrupt(self: object, batch: int, logs: object = None) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(module._Pace, "on_train_batch_end", interrupt)
    assert not tuned.learn(LINES, 50, "interrupted")
    assert any(changed(tuned))
