from pathlib import Path

import numpy as np
import pytest

from text_recognizer.datasets.files.labels import read_labels
from text_recognizer.datasets.words import export, synthetic_dataset
from text_recognizer.datasets.words.export import main, write_words
from text_recognizer.datasets.words.lexicon import split_lexicon
from text_recognizer.datasets.words.synthetic_dataset import SyntheticWordsDataset
from text_recognizer.errors import DataError
from text_recognizer.images.loading import load_image
from text_recognizer.tests.datasets.toy_fonts import write_font
from text_recognizer.tests.datasets.words.test_lexicon import COUNTS


@pytest.fixture(autouse=True)
def small_chunks(data_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A font, a toy lexicon, and chunks of four words."""
    write_font(data_root / "raw" / "word_fonts")
    monkeypatch.setattr(synthetic_dataset, "load_lexicons", lambda: split_lexicon(COUNTS))
    monkeypatch.setattr(export, "_CHUNK_WORDS", 4)


def words(seed: int = 0) -> SyntheticWordsDataset:
    dataset = SyntheticWordsDataset(vocabulary="printable", seed=seed, num_words=10, num_validation=3)
    dataset.load_or_generate_data()
    return dataset


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_images_and_labels_of_all_splits_are_written(tmp_path: Path) -> None:
    dataset, folder = words(), tmp_path / "words"
    write_words(dataset, folder)
    assert {path.name for path in folder.iterdir()} == {"train", "validation", "test", "parameters.json"}
    for split, count in (("train", 10), ("validation", 3), ("test", 3)):
        rows = list(read_labels(folder / split))
        assert len(rows) == count
        lines = (folder / split / "labels.tsv").read_text().splitlines()
        for index, line in enumerate(lines):
            name, text = line.split("\t")
            image, expected = dataset.draw(split, index)
            assert text == expected == dataset.splits[split].targets[index]
            np.testing.assert_array_equal(load_image(folder / split / name), image)


def test_a_killed_run_loses_at_most_one_chunk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    write_words(words(), tmp_path / "whole")
    dataset, drawn = words(), 0
    draw = dataset.draw

    def killed(split: str, index: int) -> object:
        nonlocal drawn
        drawn += 1
        if drawn == 7:
            raise KeyboardInterrupt
        return draw(split, index)

    monkeypatch.setattr(dataset, "draw", killed)
    with pytest.raises(KeyboardInterrupt):
        write_words(dataset, tmp_path / "killed")
    assert not (tmp_path / "killed" / "train" / "labels.tsv").exists(), "labels come when all is there"
    write_words(dataset, tmp_path / "killed")
    assert drawn == 7 + 16 - 4
    assert "1 of 5 chunks are there" in caplog.text
    assert "train: 10 of 10 words" in caplog.text
    assert content(tmp_path / "killed") == content(tmp_path / "whole")
    write_words(dataset, tmp_path / "killed")
    assert drawn == 7 + 16 - 4, "nothing is left to do"


@pytest.mark.slow
def test_folders_of_something_else_are_left_alone(tmp_path: Path) -> None:
    write_words(words(), tmp_path / "words")
    with pytest.raises(DataError, match="other parameters"):
        write_words(words(seed=1), tmp_path / "words")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("mine")
    with pytest.raises(DataError, match="not empty"):
        write_words(words(), tmp_path / "mine")


@pytest.mark.slow
def test_the_command(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert main([str(tmp_path / "w"), "--words", "100", "--mode", "plain"]) == 0
    assert len(list((tmp_path / "w" / "train").rglob("*.png"))) == 98
    assert len(list((tmp_path / "w" / "validation").rglob("*.png"))) == 2
    assert main([str(tmp_path / "v"), "--words", "1"]) == 1
    assert "at least 2 words" in caplog.text
