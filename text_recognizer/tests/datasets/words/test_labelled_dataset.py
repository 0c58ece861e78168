from pathlib import Path

import numpy as np
import pytest

from text_recognizer.datasets.words.labelled_dataset import LabelledWordsDataset
from text_recognizer.errors import ConfigError, DataError
from text_recognizer.tests.datasets.toy_words import write_iiit5k, write_labelled

SHOP = {
    f"{i:02d}.png": text for i, text in enumerate(["Coffee", "TEA!", "£", "milk", "and", "SUGAR", "no", "x"])
}


@pytest.fixture(autouse=True)
def mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TEXT_RECOGNIZER_MIRROR", str(tmp_path / "mirror"))
    monkeypatch.setenv("TEXT_RECOGNIZER_DATA_ROOT", str(tmp_path / "data"))
    write_labelled(tmp_path / "mirror" / "shop", SHOP)
    write_labelled(tmp_path / "mirror" / "street", {"1.png": "Exit", "2.png": "10:30"})
    return tmp_path / "mirror"


def load(**arguments: object) -> LabelledWordsDataset:
    dataset = LabelledWordsDataset(**{"train_folders": ["shop"], **arguments})  # type: ignore[arg-type]
    dataset.load_or_generate_data()
    return dataset


def test_words_are_normalized_and_the_unusable_named(mirror: Path, caplog: pytest.LogCaptureFixture) -> None:
    (mirror / "shop" / "03.png").write_bytes(b"no image")
    (mirror / "shop" / "04.png").unlink()
    words = load(test_folders=["street"], validation_fraction=0)
    assert list(words.train.targets) == ["coffee", "tea", "sugar", "no", "x"]
    assert list(words.test.targets) == ["exit", "1030"]
    assert words.test.ids[0] == "street/1.png"
    assert set(words.skipped) == {"shop/02.png", "shop/03.png", "shop/04.png"}
    assert all(word in caplog.text for word in ("shop/02.png", "shop/03.png", "04.png"))
    assert "3 words skipped" in words.describe()
    assert {image.shape[0] for image in words.train.images} == {64}
    again = load(test_folders=["street"], validation_fraction=0)
    assert (again.data_hash, again.skipped) == (words.data_hash, words.skipped)


def test_other_parameters_give_other_samples() -> None:
    words = load(height=32, width=100, vocabulary="printable", validation_fraction=0)
    assert words.input_shape == (32, 100, 1)
    assert words.output_shape == (None, 95)
    assert np.asarray(words.train.images).shape == (7, 32, 100)
    assert "TEA!" in words.train.targets
    assert words.data_hash != load(validation_fraction=0).data_hash


def test_validation_is_held_back_and_stays_when_a_folder_is_added() -> None:
    words = load(validation_fraction=0.5)
    assert 0 < len(words.validation) < 7
    assert len(words.train) + len(words.validation) == 7
    more = load(train_folders=["shop", "street"], validation_fraction=0.5)
    assert set(words.validation.ids) <= set(more.validation.ids)
    assert set(words.train.ids) <= set(more.train.ids)


def test_words_of_one_photo_stay_together(mirror: Path) -> None:
    texts = {f"train/{photo}_{word}.png": "word" for photo in range(8) for word in range(4)}
    write_iiit5k(mirror / "IIIT5K", "train", texts)
    words = load(train_folders=["IIIT5K"], validation_fraction=0.5)
    photos = [{word.rpartition("_")[0] for word in split.ids} for split in (words.train, words.validation)]
    assert all(photos)
    assert not photos[0] & photos[1]


def test_a_part_of_a_folder_can_be_taken() -> None:
    words = load(subsample_fraction=0.5)
    assert len(words.train) + len(words.validation) + len(words.skipped) == 4


def test_describe_gives_the_sizes_of_the_field() -> None:
    assert "shop (labels.tsv): all 8, alphanumeric 6, alphanumeric of 3 or more 4" in load().describe()


@pytest.mark.parametrize(
    "arguments",
    [
        {"train_folders": "shop"},
        {"train_folders": ["shop", "shop"]},
        {"test_folders": ["shop"]},
        {"validation_fraction": 1},
        {"validation_fraction": True},
        {"validation_fraction": "0.1"},
        {"subsample_fraction": 0},
        {"vocabulary": "greek"},
    ],
)
def test_arguments_out_of_range_are_refused(arguments: dict[str, object]) -> None:
    with pytest.raises(ConfigError):
        load(**arguments)


def test_a_missing_folder_is_named_with_where_to_look() -> None:
    with pytest.raises(DataError, match=r"nowhere.*data/raw/scene_text/readme\.md"):
        load(train_folders=["nowhere"])


def test_without_a_usable_word_there_is_no_data_set(mirror: Path) -> None:
    write_labelled(mirror / "signs", {"1.png": "£"})
    with pytest.raises(DataError, match="No word"):
        load(train_folders=["signs"])
