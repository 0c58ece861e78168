"""What `LineModelCtc` and `LineModel` share, tried on the first."""

import numpy as np
import pytest

from text_recognizer.arrays import Batch, BatchLogits
from text_recognizer.errors import ConfigError
from text_recognizer.models.line_model_ctc import LineModelCtc
from text_recognizer.networks.line_conv_ctc import line_conv_ctc
from text_recognizer.vocabulary import LINE_CHARACTERS, Vocabulary


@pytest.fixture(scope="module")
def model() -> LineModelCtc:
    network = line_conv_ctc((32, None, 1), (None, 80), stem_filters=2, stage_filters=[2] * 4, num_blocks=0)
    return LineModelCtc(network)


def spelled(batch: Batch) -> BatchLogits:
    """Return logits (N, T, 80) that spell the width of each image in characters: 8 columns each."""
    frames = -(-batch.shape[2] // 8)
    logits = np.zeros((len(batch), frames, 80), np.float32)
    for row, image in zip(logits, batch, strict=True):
        inked = int(np.flatnonzero(image.any(axis=(0, 2)))[-1]) + 1
        label = int(Vocabulary(LINE_CHARACTERS).encode(str(inked // 8))[0])
        row[np.arange(frames), [label if t == 0 else 0 for t in range(frames)]] = 1
    return logits


def test_texts_come_in_the_order_of_the_images_whatever_their_widths(
    model: LineModelCtc, monkeypatch: pytest.MonkeyPatch
) -> None:
    widths: list[int] = []

    def predict(batch: Batch) -> BatchLogits:
        widths.append(batch.shape[2])
        return spelled(batch)

    monkeypatch.setattr(model.network, "predict_on_batch", predict)
    images = [np.full((32, 8 * width), 255, np.uint8) for width in (5, 1, 9, 2, 4)]
    assert model.predict(images, batch_size=2) == ["5", "1", "9", "2", "4"]
    assert widths == [16, 40, 72]  # lines of like widths share a batch
    assert model.evaluate(images, ["5", "1", "9", "3", "4"]) == {
        "cer": pytest.approx(0.2),
        "wer": pytest.approx(0.2),
        "character_accuracy": pytest.approx(0.8),
    }


def test_two_lines_are_joined_to_one_and_stay_readable(model: LineModelCtc) -> None:
    image = np.zeros((32, 120), np.uint8)
    image[8:24, 10:110] = 200
    joined, text = model.join((image, "ab"), (image, "cd"), np.random.default_rng(0))
    assert joined.shape[0] == 32
    assert joined.shape[1] > 180
    assert text == "ab cd"
    assert model.reject(joined, text) is None


def test_the_vocabulary_is_an_argument(model: LineModelCtc) -> None:
    assert model.vocabulary == LINE_CHARACTERS
    reversed_characters = LineModelCtc(model.network, vocabulary=LINE_CHARACTERS[::-1])
    packed = [
        reader.targets_to_array([np.zeros((32, 80), np.uint8)], ["0;"])
        for reader in (model, reversed_characters)
    ]
    assert [list(row[0, 2:4]) for row in packed] == [[1, 78], [79, 2]]
    with pytest.raises(ConfigError, match="Expected logits of 4 labels.*emits 80"):
        LineModelCtc(model.network, vocabulary="abc")
