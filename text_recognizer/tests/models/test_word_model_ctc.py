"""The model of words: samples that it takes, its metrics, labels that are odd."""

import numpy as np
import pytest

from text_recognizer.augmentation.words import WordAugmentation
from text_recognizer.models import MODELS
from text_recognizer.models.word_model_ctc import WordModelCtc
from text_recognizer.networks.crnn_vgg import crnn_vgg
from text_recognizer.networks.line_conv_ctc import line_conv_ctc
from text_recognizer.vocabulary import VOCABULARIES


@pytest.fixture(scope="module")
def fixed() -> WordModelCtc:
    """32x100, 25 frames."""
    return WordModelCtc(crnn_vgg((32, 100, 1), (None, 37), filters=[2] * 7, lstm_dim=2, num_lstm_layers=1))


@pytest.fixture(scope="module")
def free() -> WordModelCtc:
    """Of any width, frames of 8 columns."""
    network = line_conv_ctc((64, None, 1), (None, 37), stem_filters=2, stage_filters=[2] * 4, num_blocks=0)
    return WordModelCtc(network)


def word(height: int, width: int) -> np.ndarray:
    """Return an image with a stroke, (height, width)."""
    image = np.zeros((height, width), np.uint8)
    image[height // 4 : -height // 4, width // 3 : width // 2] = 255
    return image


def test_it_is_registered_and_chosen_by_word_accuracy(fixed: WordModelCtc) -> None:
    assert MODELS["WordModelCtc"] is WordModelCtc
    assert (fixed.monitor, fixed.monitor_mode, fixed.input_kind) == ("word_accuracy", "max", "word")
    assert (fixed.join_share, fixed.decoding) == (0, "ctc")
    assert fixed.vocabulary == VOCABULARIES["alphanumeric"]


def test_frames_are_counted_at_any_width(fixed: WordModelCtc, free: WordModelCtc) -> None:
    assert (fixed.downsampling, free.downsampling) == (4, 8)
    assert fixed.reject(word(32, 100), "a" * 13) is None  # 12 blanks in between
    assert free.reject(word(64, 128), "abcdefgh01234567") is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("Word", "characters 'W' are not in the vocabulary"),
        ("ab-c", "'-'"),
        ("abcdefghijklmnopqrstuvwxyz0123", "needs 30 frames, the image gives 25"),
        ("a" * 14, "needs 27 frames, the image gives 25"),
    ],
)
def test_odd_labels_are_named(fixed: WordModelCtc, text: str, reason: str) -> None:
    assert reason in str(fixed.reject(word(32, 100), text))


def test_variations_keep_the_text_and_its_frames(fixed: WordModelCtc, free: WordModelCtc) -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        image, text = fixed.augment(word(32, 100), "the", rng)
        assert (image.shape, text) == ((32, 100), "the")
        image, text = free.augment(word(64, 128), "abcdefgh01234567", rng)  # needs all of its 16 frames
        assert free.reject(image, text) is None
        assert text == "abcdefgh01234567"


def test_a_text_that_no_variation_has_room_for_is_shown_unvaried(free: WordModelCtc) -> None:
    narrowed = WordModelCtc(free.network, WordAugmentation(scale_x=(0.5, 0.5)))
    image, rng = word(64, 128), np.random.default_rng(0)
    assert narrowed.augment(image, "abcd", rng)[0].shape[1] < 80
    kept, text = narrowed.augment(image, "abcdefgh01234567", rng)
    assert kept is image
    assert narrowed.reject(kept, text) is None


def test_words_are_not_joined(free: WordModelCtc) -> None:
    assert free.join_share == 0


def test_metrics_follow_the_protocol(free: WordModelCtc, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(free, "predict", lambda images, batch_size: ["hello", "word"])
    assert free.evaluate([word(64, 128)] * 2, ["hello", "world"]) == {
        "word_accuracy": pytest.approx(0.5),
        "one_minus_ned": pytest.approx(0.9),
        "cer": pytest.approx(0.1),
    }
