from pathlib import Path

import numpy as np
import pytest

from text_recognizer.datasets.emnist.dataset import VALIDATION_FRACTION, EmnistDataset, draw_per_class
from text_recognizer.errors import ConfigError, DataError
from text_recognizer.preprocessing.characters import character_input
from text_recognizer.tests.datasets import toy_data
from text_recognizer.tests.real_data import real_data

PARTS = toy_data.emnist_parts()


@pytest.fixture
def emnist(data_root: Path) -> Path:
    """Folder of a small EMNIST in the data root."""
    folder = data_root / "raw" / "emnist"
    toy_data.write_emnist(folder, PARTS)
    return folder


def loaded(as_input: bool = False, **arguments: object) -> EmnistDataset:
    dataset = EmnistDataset(as_input=as_input, **arguments)  # type: ignore[arg-type]
    dataset.load_or_generate_data()
    return dataset


def as_set(images: object) -> set[bytes]:
    return {image.tobytes() for image in np.asarray(images)}


def test_images_are_upright_and_follow_their_ids(emnist: Path) -> None:
    dataset = loaded()
    for name, split in dataset.splits.items():
        for index in (0, len(split) - 1):
            part, place = split.ids[index].split("-")
            assert part == ("test" if name == "test" else "train")
            np.testing.assert_array_equal(split.images[index], PARTS[part][0][int(place)])
            assert split.targets[index] == PARTS[part][1][int(place)]


def test_test_split_is_the_test_file_and_the_rest_is_parted(emnist: Path) -> None:
    dataset = loaded()
    assert as_set(dataset.test.images) == as_set(PARTS["test"][0])
    train, validation = as_set(dataset.train.images), as_set(dataset.validation.images)
    assert not train & validation
    assert train | validation == as_set(PARTS["train"][0])
    kept_out = round(VALIDATION_FRACTION * toy_data.PER_CLASS["train"])
    assert np.bincount(dataset.validation.targets, minlength=62).tolist() == [kept_out] * 62


@pytest.mark.slow
def test_samples_are_what_the_predictor_would_see(emnist: Path) -> None:
    files, inputs = loaded(), loaded(as_input=True)
    assert files.data_hash != inputs.data_hash
    for glyph, image in zip(files.validation.images, inputs.validation.images, strict=True):
        np.testing.assert_allclose(image / 255, character_input(255 - glyph), atol=1 / 255)


def test_mapping_is_the_official_one(emnist: Path) -> None:
    mapping = loaded().mapping
    assert [mapping[i] for i in (0, 9, 10, 35, 36, 61)] == ["0", "9", "A", "Z", "a", "z"]


def test_is_deterministic_and_the_seed_matters(emnist: Path) -> None:
    first, second, other = loaded(seed=1), loaded(seed=1), loaded(seed=2)
    assert list(first.validation.ids) == list(second.validation.ids)
    assert first.data_hash == second.data_hash == EmnistDataset(seed=1, as_input=False).fingerprint()
    assert list(first.validation.ids) != list(other.validation.ids)
    assert first.data_hash != other.data_hash


@pytest.mark.parametrize("fraction", [0.001, 0.5, 1.0])
def test_subsample_keeps_every_class(emnist: Path, fraction: float) -> None:
    dataset = loaded(subsample_fraction=fraction)
    for name, count in (("train", 18), ("validation", 2), ("test", 5)):
        expected = max(1, round(fraction * count))
        assert np.bincount(dataset.splits[name].targets, minlength=62).tolist() == [expected] * 62


def test_subsample_is_no_prefix(emnist: Path) -> None:
    places = sorted(int(name.removeprefix("test-")) for name in loaded(subsample_fraction=0.5).test.ids)
    assert places[-1] >= len(PARTS["test"][0]) // 2
    assert places != list(range(len(places)))


@pytest.mark.parametrize("fraction", [0, -0.1, 1.5])
def test_refuses_impossible_fractions(fraction: float) -> None:
    with pytest.raises(ConfigError, match="subsample_fraction"):
        EmnistDataset(subsample_fraction=fraction)


def test_shapes_and_description(emnist: Path) -> None:
    dataset = loaded()
    assert dataset.input_shape == (28, 28, 1)
    assert dataset.output_shape == (62,)
    assert "validation: 124 images, 62 classes, 2-2 images each" in dataset.describe()


def test_a_test_part_alone_will_do(emnist: Path, caplog: pytest.LogCaptureFixture) -> None:
    for path in emnist.glob("*train*"):
        path.unlink()
    dataset = loaded()
    assert (len(dataset.train), len(dataset.validation)) == (0, 0)
    assert as_set(dataset.test.images) == as_set(PARTS["test"][0])
    assert "no training part" in caplog.text


@pytest.mark.parametrize("damage", ["cut", "no gzip", "fewer labels"])
def test_a_damaged_file_is_named(emnist: Path, damage: str) -> None:
    path = emnist / "emnist-byclass-test-labels-idx1-ubyte.gz"
    other = toy_data.idx_files({"test": (PARTS["test"][0], PARTS["test"][1][:-1])})[path.name]
    path.write_bytes({"cut": path.read_bytes()[:50], "no gzip": b"x" * 99, "fewer labels": other}[damage])
    with pytest.raises(DataError, match=path.name):
        loaded()


def test_draw_per_class_draws_each_sample_at_most_once() -> None:
    labels = np.repeat(np.arange(3, dtype=np.uint8), (1, 10, 100))
    drawn = draw_per_class(labels, 0.3, np.random.default_rng(0))
    assert np.bincount(labels[drawn]).tolist() == [1, 3, 30]
    assert len(set(drawn.tolist())) == len(drawn)


def test_real_mapping_file_agrees(monkeypatch: pytest.MonkeyPatch) -> None:
    path = real_data(monkeypatch, "emnist") / "emnist-byclass-mapping.txt"
    rows = (line.split() for line in path.read_text().splitlines())
    assert {int(label): chr(int(code)) for label, code in rows} == EmnistDataset.mapping
