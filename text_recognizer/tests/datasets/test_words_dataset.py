"""What all data sets of words share."""

from typing import Any

import numpy as np
import pytest

from text_recognizer.datasets.dataset import Split
from text_recognizer.datasets.lazy_sequence import Generated
from text_recognizer.datasets.words_dataset import WordsDataset, describe_words
from text_recognizer.errors import ConfigError
from text_recognizer.preprocessing.words import word_input


class Words(WordsDataset):
    """Has no samples."""

    def load_or_generate_data(self) -> None:
        """Do nothing."""

    def describe(self) -> str:
        """Return nothing."""
        return ""


def test_shapes_follow_the_parameters() -> None:
    words = Words()
    assert (words.input_shape, words.output_shape, len(words.characters)) == ((64, None, 1), (None, 37), 36)
    fixed = Words(height=32, width=100, vocabulary="printable")
    assert (fixed.input_shape, fixed.output_shape) == ((32, 100, 1), (None, 95))


@pytest.mark.parametrize(
    "arguments", [{"height": 0}, {"height": "64"}, {"width": 0}, {"width": 1.5}, {"vocabulary": "greek"}]
)
def test_impossible_parameters_are_refused(arguments: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="whole number|vocabulary"):
        Words(**arguments)


@pytest.mark.parametrize(
    ("vocabulary", "text", "expected"),
    [
        ("alphanumeric", "Don't!", "dont"),
        ("alphanumeric", "Café 24", "caf24"),
        ("alphanumeric", "!?", ""),
        ("printable", "Don't worry", "Don'tworry"),
        ("printable", "£5", "5"),
        ("line", "Don't worry", "Don't worry"),
    ],
)
def test_texts_are_reduced_to_the_vocabulary(vocabulary: str, text: str, expected: str) -> None:
    words = Words(vocabulary=vocabulary)
    assert words.normalize_text(text) == expected
    assert set(expected) <= set(words.characters)


def test_images_become_what_the_predictor_makes_of_them() -> None:
    image = np.random.default_rng(0).integers(0, 256, (30, 100), np.uint8)
    word = Words(height=32).image_to_word(image)
    np.testing.assert_array_equal(word_input(image, 32), (word / 255).astype(np.float32))


def test_the_hash_covers_parameters_inputs_and_code() -> None:
    hashes = {
        Words().hash_words({"seed": 0}),
        Words().hash_words({"seed": 1}),
        Words(height=32).hash_words({"seed": 0}),
        Words(width=100).hash_words({"seed": 0}),
        Words(vocabulary="printable").hash_words({"seed": 0}),
        Words().hash_words({"seed": 0}, "datasets.lazy_sequence"),
    }
    assert len(hashes) == 6
    assert Words().hash_words({"seed": 0}) in hashes


def test_description_counts_words_widths_and_characters() -> None:
    images = [np.zeros((64, width), np.uint8) for width in (128, 300)]
    splits = {"train": Split(["a", "b"], images, ["abba", "c"]), "validation": Split([], [], [])}
    many = Split(
        Generated(5000, str),
        Generated(5000, lambda i: images[0]),
        Generated(5000, lambda i: "ab"),
        np.full(5000, 7),
    )
    assert describe_words({**splits, "test": many}) == [
        "train: 2 words, width 128-300 (mean 214); 5 characters, 3 different",
        "validation: 0 words, width 0-0 (mean 0); 0 characters, 0 different",
        "test: 5000 words, width 7-7 (mean 7); 3334 characters, 2 different in 1667 of them",
    ]
