from pathlib import Path

import pytest

from text_recognizer.datasets.labelled.images import LabelledImage, images_of_files
from text_recognizer.errors import InvalidInputError
from text_recognizer.tests.datasets.toy_words import draw_word, png_of, write_images


def test_an_image_comes_from_a_file_or_from_bytes(tmp_path: Path) -> None:
    write_images(tmp_path, {"1.png": "cat"})
    from_file = LabelledImage("1", "cat", tmp_path / "1.png").load()
    from_bytes = LabelledImage("1", "cat", lambda: png_of("cat")).load()
    assert from_file.shape == draw_word("cat").size[::-1]
    assert (from_file == from_bytes).all()


def test_an_image_of_no_bytes_cannot_be_read() -> None:
    with pytest.raises(InvalidInputError, match="0 bytes"):
        LabelledImage("1", "cat", lambda: b"").load()


def test_labels_without_an_image_are_listed(tmp_path: Path) -> None:
    write_images(tmp_path, {"1.png": "cat"})
    found = images_of_files("form", tmp_path / "labels", [("1.png", "cat"), ("2.png", "dog")], ["p", "q"])
    assert [(word.id, word.text, word.group) for word in found.images] == [("1.png", "cat", "p")]
    assert found.left_out == {"2.png": "it has no image"}
    assert found.files == [tmp_path / "labels", tmp_path / "1.png"]
