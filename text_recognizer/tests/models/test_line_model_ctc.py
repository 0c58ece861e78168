"""The line job: which samples it takes, what it makes of them, padded against alone."""

import numpy as np
import pytest

from text_recognizer.models.line_model_ctc import LineModelCtc
from text_recognizer.networks import NETWORKS


@pytest.fixture(scope="module")
def model() -> LineModelCtc:
    """A small network of random weights."""
    network = NETWORKS["line_conv_ctc"](
        (64, None, 1), (None, 80), stem_filters=4, stage_filters=[4, 4, 8, 8], block_width=16, num_blocks=1
    )
    return LineModelCtc(network)


def test_downsampling_is_the_networks(model: LineModelCtc) -> None:
    assert model.downsampling == 8


@pytest.mark.parametrize(
    ("width", "text", "reason"),
    [(80, "abc", None), (80, "", "empty"), (80, "a€", "€"), (16, "abc", "3 frames"), (16, "aa", "3 frames")],
)
def test_reject_names_the_reason(model: LineModelCtc, width: int, text: str, reason: str | None) -> None:
    answer = model.reject(np.zeros((64, width), np.uint8), text)
    assert answer is None if reason is None else reason in str(answer)


def test_augmented_samples_stay_feasible(model: LineModelCtc) -> None:
    rng = np.random.default_rng(0)
    image = rng.integers(0, 255, (64, 88), np.uint8)  # 11 frames: room for "abcdefghij" but not much narrower
    for _ in range(30):
        varied, text = model.augment(image, "abcdefghij", rng)
        assert model.reject(varied, text) is None


def test_fixed_width_is_kept_by_augmentation() -> None:
    network = NETWORKS["line_lstm_ctc"]((28, 200, 1), (None, 80), lstm_dim=4, filters=[2, 2, 2])
    model = LineModelCtc(network)
    assert model.downsampling == 4
    rng = np.random.default_rng(0)
    image = np.zeros((28, 200), np.uint8)
    image[5:20, 8:150] = 200
    widths = {model.augment(image, "abc", rng)[0].shape for _ in range(20)}
    assert widths == {(28, 200)}


def test_metrics_count_edits_over_characters(model: LineModelCtc, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "predict", lambda images, batch_size: ["ab cd", "x"])
    metrics = model.evaluate([np.zeros((64, 64), np.uint8)] * 2, ["ab ce", "xyz"])
    assert metrics == {
        "cer": pytest.approx(3 / 8),
        "wer": pytest.approx(2 / 3),
        "character_accuracy": pytest.approx(5 / 8),
    }
