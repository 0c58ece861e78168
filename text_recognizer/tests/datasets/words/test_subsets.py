import json
from pathlib import Path

import pytest

from text_recognizer.datasets.words.folders import read_word_folder
from text_recognizer.datasets.words.subsets import LIST, field_subsets
from text_recognizer.errors import DataError
from text_recognizer.tests.datasets.toy_words import write_icdar, write_labelled
from text_recognizer.tests.real_data import real_data

TEXTS = {"word_1.png": "JOINT", "word_2.png": "A", "word_3.png": "CAFÉ", "word_10.png": "a-b"}


def ids(folder: Path) -> dict[str, list[str]]:
    subsets = field_subsets(folder, read_word_folder(folder, "test").images)
    return {name: [word.id for word in words] for name, words in subsets.items()}


def test_letters_digits_and_length_decide(tmp_path: Path) -> None:
    assert ids(write_icdar(tmp_path, TEXTS)) == {
        "all": list(TEXTS),
        "alphanumeric": ["word_1.png", "word_2.png"],
        "alphanumeric of 3 or more": ["word_1.png"],
    }


@pytest.mark.parametrize("write", [write_icdar, write_labelled])
def test_a_list_decides_where_there_is_one(tmp_path: Path, write: object) -> None:
    names = {"word_1.png": "JOINT", "images/0010.jpg": "CAFÉ"} if write is write_labelled else TEXTS
    write(tmp_path, names)  # type: ignore[operator]
    entries = [{"img_path": f"textrecog_imgs/test/word_{number}.png"} for number in (10, 77)]
    (tmp_path / LIST).write_text(json.dumps({"data_list": entries}))
    assert ids(tmp_path)["listed (1811)"] == [next(name for name in names if "10." in name)]


def test_a_damaged_list_is_named(tmp_path: Path) -> None:
    write_icdar(tmp_path, TEXTS)
    (tmp_path / LIST).write_text("[]")
    with pytest.raises(DataError, match="not the list of MMOCR"):
        ids(tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "sizes"),
    [
        ("ic13_test", [1095, 1015, 857]),
        ("ic15_test", [2077, 1922, 1922]),
        ("iiit5k_test", [3000, 3000, 2566]),
    ],
)
def test_sizes_are_those_of_the_field(name: str, sizes: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    found = ids(real_data(monkeypatch, "scene_text") / name)
    assert [len(found[subset]) for subset in list(found)[:3]] == sizes
