"""The per-position line job: targets, refusals, metrics."""

import numpy as np
import pytest

from text_recognizer.augmentation.lines import LineAugmentation
from text_recognizer.augmentation.paragraphs import PageAugmentation
from text_recognizer.models.line_model import LineModel
from text_recognizer.networks import NETWORKS
from text_recognizer.vocabulary import LINE_CHARACTERS, Vocabulary


@pytest.fixture(scope="module")
def model() -> LineModel:
    """A small network of random weights."""
    return LineModel(
        NETWORKS["line_cnn_all_conv"](
            (28, 160, 1), (None, 80), output_length=6, filters=[2, 2, 2], window_filters=4, dilations=[1]
        )
    )


def test_targets_are_padded_with_label_0(model: LineModel) -> None:
    labels = model.targets_to_array([], ["0a", "zzzzzz"])
    assert labels.tolist() == [[1, 37, 0, 0, 0, 0], [62] * 6]


def test_output_has_no_downsampling(model: LineModel) -> None:
    assert (model.decoding, model.downsampling, model.output_length) == ("per_position", 1, 6)


@pytest.mark.parametrize(
    ("text", "reason"), [("abcdef", None), ("", "empty"), ("a€", "€"), ("abcdefg", "7 characters")]
)
def test_reject_names_the_reason(model: LineModel, text: str, reason: str | None) -> None:
    answer = model.reject(np.zeros((28, 160), np.uint8), text)
    assert answer is None if reason is None else reason in str(answer)


def test_augmented_lines_keep_the_width(model: LineModel) -> None:
    image = np.zeros((28, 160), np.uint8)
    image[5:20, 8:120] = 200
    varied, text = model.augment(image, "abc", np.random.default_rng(0))
    assert varied.shape == (28, 160)
    assert text == "abc"


def test_metrics_strip_the_padding(model: LineModel, monkeypatch: pytest.MonkeyPatch) -> None:
    labels = np.zeros((2, 6), np.int32)
    for row, text in zip(labels, ["aab c", "x"], strict=True):
        row[: len(text)] = Vocabulary(LINE_CHARACTERS).encode(text)
    monkeypatch.setattr(model.network, "predict_on_batch", lambda batch: np.eye(80, dtype=np.float32)[labels])
    metrics = model.evaluate([np.zeros((28, 160), np.uint8)] * 2, ["aab d", "xyz"])
    assert metrics == {
        "cer": pytest.approx(3 / 8),
        "wer": pytest.approx(2 / 3),
        "character_accuracy": pytest.approx(5 / 8),
    }


def test_lines_vary_as_much_as_the_augmentation_says(model: LineModel) -> None:
    image = np.zeros((28, 160), np.uint8)
    image[5:20, 8:100] = 200
    off = {name: 0 for name in LineAugmentation().__dict__ if name.endswith("probability")}
    still = {"shear": 0, "slope": 0, "warp_x": 0, "warp_y": 0, "bulge": 0}
    ones = dict.fromkeys(("scale_x", "scale_y", "gamma", "strength"), (1, 1))
    unvaried = LineModel(model.network, LineAugmentation.from_dict({**off, **still, **ones}))
    rng = np.random.default_rng(0)
    np.testing.assert_array_equal(unvaried.augment(image, "ab", rng)[0], image)
    assert (model.augment(image, "ab", rng)[0] != image).any()


def test_augmentation_of_another_kind_is_refused(model: LineModel) -> None:
    with pytest.raises(TypeError, match="LineAugmentation"):
        LineModel(model.network, PageAugmentation())
