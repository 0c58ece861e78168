import logging
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from text_recognizer.datasets.iam_online import lines_dataset as iam_online_lines_dataset
from text_recognizer.datasets.iam_online.lines_dataset import IamOnlineLinesDataset
from text_recognizer.datasets.iam_online.texts import read_lines, read_validation_forms
from text_recognizer.errors import ConfigError, DataError
from text_recognizer.tests.datasets import toy_ink
from text_recognizer.tests.real_data import real_data
from text_recognizer.vocabulary import LINE_CHARACTERS, Vocabulary


@pytest.fixture
def folder(data_root: Path) -> Path:
    """A small IAM-OnDB of three lines for training and one for validation."""
    folder = data_root / "raw" / "iam_ondb"
    toy_ink.write_iam_ondb(folder, toy_ink.TEXTS, {})
    return folder


def loaded(**arguments: Any) -> IamOnlineLinesDataset:
    dataset = IamOnlineLinesDataset(**arguments)
    dataset.load_or_generate_data()
    return dataset


@pytest.mark.usefixtures("folder")
def test_splits_shapes_and_spelling() -> None:
    dataset = loaded()
    assert dataset.input_shape == (64, None, 1)
    assert dataset.output_shape == (None, 80)
    assert list(dataset.train.ids) == ["a01-000u-01", "a01-000u-02", "b01-001-01"]
    assert list(dataset.train.targets) == ['He said "no"', "Mr. Foot's line", "a line of words"]
    assert list(dataset.validation.ids) == [f"{toy_ink.VALIDATION_FORM}-01"]
    assert len(dataset.test) == 0
    for image in dataset.train.images:
        assert image.dtype == np.uint8
        assert image.shape[0] == 64
        assert image.max() > 200
        assert np.median(image) < 30
    assert "train: 3 lines" in dataset.describe()
    assert "0 implausible" in dataset.describe()


@pytest.mark.usefixtures("folder")
def test_height_and_width() -> None:
    dataset = loaded(height=32, width=400)
    assert dataset.input_shape == (32, 400, 1)
    assert np.asarray(dataset.train.images).shape == (3, 32, 400)


@pytest.mark.slow
@pytest.mark.usefixtures("folder")
def test_renderings_differ_and_the_first_is_that_of_one() -> None:
    one, three = loaded(), loaded(renderings=3)
    assert list(three.train.ids[:3]) == ["a01-000u-01.0", "a01-000u-01.1", "a01-000u-01.2"]
    assert len(three.train) == 9
    assert len(three.validation) == 1
    assert len({np.asarray(image).tobytes() for image in three.train.images}) == 9
    for index in range(3):
        np.testing.assert_array_equal(three.train.images[3 * index], one.train.images[index])
        assert set(three.train.targets[3 * index : 3 * index + 3]) == {one.train.targets[index]}
    assert one.data_hash != three.data_hash


@pytest.mark.usefixtures("folder")
def test_seed_and_id_decide(monkeypatch: pytest.MonkeyPatch) -> None:
    first, other = loaded(), loaded(seed=1)
    assert first.data_hash != other.data_hash
    for image, another in zip(first.train.images, other.train.images, strict=True):
        assert image.shape != another.shape or (image != another).any()
    rebuilt = IamOnlineLinesDataset()
    monkeypatch.setattr(iam_online_lines_dataset, "cached", lambda kind, key, build: build())
    rebuilt.load_or_generate_data()
    for image, again in zip(first.train.images, rebuilt.train.images, strict=True):
        np.testing.assert_array_equal(image, again)


@pytest.mark.usefixtures("folder")
def test_the_second_time_nothing_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    first = loaded()
    monkeypatch.setattr(iam_online_lines_dataset, "render_strokes", lambda *_: pytest.fail("drawn again"))
    second = loaded()
    assert second.data_hash == first.data_hash
    np.testing.assert_array_equal(second.validation.images[0], first.validation.images[0])


def test_unusable_lines_are_named_and_left_out(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    texts = {
        **toy_ink.TEXTS,
        "d01-001-01": "100 % sure",
        "d01-001-02": "damaged",
        "z00-001-01": "Please Enter Transcription here",
        **{f"e01-001-{i:02d}": "thirty characters in every row" for i in range(5)},
    }
    few = toy_ink.xml(toy_ink.zigzag(12))
    toy_ink.write_iam_ondb(folder, texts, {"d01-001-02": b"<Stroke", "e01-001-03": few})
    with caplog.at_level(logging.WARNING):
        dataset = loaded()
    assert dataset.skipped == {
        "no readable strokes": ["d01-001-02"],
        "no transcript": ["z00-001-01"],
        "other characters": ["d01-001-01"],
        "implausible": ["e01-001-03"],
    }
    for ids in dataset.skipped.values():
        assert ids[0] in caplog.text
        assert ids[0] not in dataset.train.ids
    assert len(dataset.train) == 7


def test_nothing_usable_is_an_error(folder: Path) -> None:
    toy_ink.write_iam_ondb(folder, {"a01-000u-01": "100 %"}, {})
    with pytest.raises(DataError, match="None of the 1 lines of IAM-OnDB can be used"):
        IamOnlineLinesDataset().load_or_generate_data()


def test_parameters_are_checked() -> None:
    with pytest.raises(ConfigError, match="renderings >= 1"):
        IamOnlineLinesDataset(renderings=0)


def test_the_real_list(data_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = real_data(monkeypatch, "iam_ondb")
    lines = read_lines(folder / "lines.tsv")
    assert len(lines) > 11_000
    assert len({line.id for line in lines}) == len(lines)
    unknown = [line.id for line in lines if Vocabulary(LINE_CHARACTERS).unknown(line.text)]
    assert len(unknown) < 20
    forms = read_validation_forms(folder)
    assert len(forms) == 48
    assert 200 < sum(line.form in forms for line in lines) < 500


@pytest.mark.usefixtures("folder")
def test_straightened_lines_are_other_images_of_the_same_texts() -> None:
    plain, straight = loaded(), loaded(normalize=True)
    assert plain.data_hash != straight.data_hash
    assert list(plain.train.targets) == list(straight.train.targets)
    assert any(
        first.shape != second.shape or not np.array_equal(first, second)
        for first, second in zip(plain.train.images, straight.train.images, strict=True)
    )
