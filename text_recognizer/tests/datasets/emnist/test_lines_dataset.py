from pathlib import Path

import numpy as np
import pytest

from text_recognizer.arrays import GrayImage, InkImage
from text_recognizer.datasets.emnist.lines_dataset import EmnistLinesDataset
from text_recognizer.errors import ConfigError
from text_recognizer.preprocessing.lines import line_input
from text_recognizer.tests.datasets import toy_data
from text_recognizer.vocabulary import EMNIST_CHARACTERS

pytestmark = pytest.mark.slow

PARTS = toy_data.emnist_parts()
NUMBERS = {"num_train": 30, "num_validation": 10, "num_test": 10}


@pytest.fixture
def originals(data_root: Path, metadata_root: Path) -> Path:
    """A small EMNIST and a small Brown corpus, with metadata that state no digest."""
    for name in ("brown", "emnist"):
        (metadata_root / name).mkdir()
        (metadata_root / name / "metadata.toml").write_text(
            f'filename = "{name}.zip"\nurl = "http://127.0.0.1"\nlicence = ""\ncitation = ""\n'
        )
    toy_data.write_brown(data_root / "raw" / "brown" / "brown.zip")
    toy_data.write_emnist(data_root / "raw" / "emnist", PARTS)
    return data_root / "raw"


@pytest.fixture
def raw_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines as they are set, before they are cut and scaled."""
    monkeypatch.setattr(EmnistLinesDataset, "image_to_line", lambda _, image: 255 - image)


def loaded(**arguments: object) -> EmnistLinesDataset:
    dataset = EmnistLinesDataset(**{**NUMBERS, **arguments})  # type: ignore[arg-type]
    dataset.load_or_generate_data()
    return dataset


def tiles(dataset: EmnistLinesDataset, name: str) -> list[tuple[str, bytes]]:
    """Return the character and the pixels of each tile of lines set without overlap."""
    split = dataset.splits[name]
    return [
        (character, np.ascontiguousarray(image[:, 28 * place : 28 * place + 28]).tobytes())
        for image, text in zip(split.images, split.targets, strict=True)
        for place, character in enumerate(text)
    ]


def test_shapes_and_counts(originals: Path) -> None:
    dataset = loaded()
    assert dataset.input_shape == (28, 952, 1)
    assert dataset.output_shape == (None, 80)
    for name, number in (("train", 30), ("validation", 10), ("test", 10)):
        split = dataset.splits[name]
        assert np.asarray(split.images).shape == (number, 28, 952)
        assert np.asarray(split.images).dtype == np.uint8
        assert all(1 <= len(text) <= 34 for text in split.targets)
        assert set("".join(split.targets)) <= set(f"{EMNIST_CHARACTERS} ")
    assert "train: 30 lines" in dataset.describe()


@pytest.mark.usefixtures("raw_lines")
def test_glyphs_are_those_of_the_text_and_of_the_split(originals: Path) -> None:
    dataset = loaded(max_overlap=0.0)
    label_of = {
        part: {image.tobytes(): EMNIST_CHARACTERS[label] for image, label in zip(*PARTS[part], strict=True)}
        for part in PARTS
    }
    used = {}
    for name in dataset.splits:
        part = "test" if name == "test" else "train"
        for character, pixels in tiles(dataset, name):
            assert label_of[part].get(pixels, " ") == character
        used[name] = {pixels for character, pixels in tiles(dataset, name) if character != " "}
    assert not used["train"] & used["validation"]
    assert not (used["train"] | used["validation"]) & used["test"]


@pytest.mark.usefixtures("raw_lines")
def test_a_space_is_blank_and_so_is_what_follows_the_text(originals: Path) -> None:
    dataset = loaded(max_overlap=0.0)
    assert all(not any(pixels) for character, pixels in tiles(dataset, "train") if character == " ")
    for image, text in zip(dataset.train.images, dataset.train.targets, strict=True):
        assert not image[:, 28 * len(text) :].any()


@pytest.mark.usefixtures("raw_lines")
def test_each_line_draws_its_own_overlap(originals: Path) -> None:
    dataset = loaded(min_overlap=0.2, max_overlap=0.5, num_train=60)
    ends = [np.flatnonzero(image.any(axis=0))[-1] + 1 for image in dataset.train.images]
    pairs = [(end, len(text)) for end, text in zip(ends, dataset.train.targets, strict=True) if len(text) > 5]
    steps = {round((end - 28) / (length - 1)) for end, length in pairs}
    assert min(steps) >= 14
    assert max(steps) <= 28 - int(0.2 * 28)
    assert len(steps) > 3


def test_lines_are_what_the_predictor_makes_of_them(originals: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    as_set = []
    as_input = EmnistLinesDataset.image_to_line

    def remember(self: EmnistLinesDataset, image: GrayImage) -> InkImage:
        as_set.append(image)
        return as_input(self, image)

    monkeypatch.setattr(EmnistLinesDataset, "image_to_line", remember)
    dataset = loaded()
    assert as_set
    for raw, image in zip(as_set, dataset.train.images, strict=False):
        np.testing.assert_array_equal(np.round(line_input(raw, 28, 952) * 255), image)


def test_height_and_width_can_be_those_of_other_lines(originals: Path) -> None:
    assert EmnistLinesDataset(height=64).input_shape == (64, 34 * 64, 1)
    dataset = loaded(height=64, width=None, normalize=True)
    assert dataset.input_shape == (64, None, 1)
    widths = {image.shape[1] for image in dataset.train.images}
    assert {image.shape[0] for image in dataset.train.images} == {64}
    assert len(widths) > 1
    assert dataset.data_hash != loaded(height=64, width=None).data_hash
    with pytest.raises(ConfigError, match='"max_length" or null as width'):
        EmnistLinesDataset(width="wide")


def test_is_deterministic_and_parameters_matter(originals: Path) -> None:
    first, again, other = loaded(), loaded(), loaded(seed=1)
    (cache,) = {path.parent for path in originals.parent.glob("processed/emnist_lines/*.h5")}
    for path in cache.iterdir():
        path.unlink()
    rebuilt = loaded()
    for dataset in (again, rebuilt):
        assert dataset.data_hash == first.data_hash
        np.testing.assert_array_equal(np.asarray(dataset.train.images), np.asarray(first.train.images))
    assert other.data_hash != first.data_hash
    assert list(other.train.targets) != list(first.train.targets)


def test_without_training_glyphs_only_test_is_filled(originals: Path) -> None:
    for path in (originals / "emnist").glob("*train*"):
        path.unlink()
    dataset = loaded()
    assert [len(dataset.splits[name]) for name in ("train", "validation", "test")] == [0, 0, 10]


@pytest.mark.parametrize(
    "arguments",
    [{"max_length": 0}, {"min_overlap": 0.5}, {"max_overlap": 1.0}, {"min_overlap": -0.1}, {"num_test": -1}],
)
def test_refuses_values_out_of_range(arguments: dict[str, float]) -> None:
    with pytest.raises(ConfigError, match="Expected"):
        EmnistLinesDataset(**arguments)  # type: ignore[arg-type]
