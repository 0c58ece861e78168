import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from text_recognizer.datasets.words import synthetic_dataset
from text_recognizer.datasets.words.lexicon import split_lexicon
from text_recognizer.datasets.words.synthetic_dataset import SyntheticWordsDataset
from text_recognizer.errors import ConfigError, DataError
from text_recognizer.tests.datasets.toy_fonts import write_font
from text_recognizer.tests.datasets.words.test_lexicon import COUNTS

pytestmark = pytest.mark.slow

LEXICONS = split_lexicon(COUNTS | {"a": 500, "of": 900, "harbour": 4, "parliament": 2, "international": 9})


@pytest.fixture(autouse=True)
def fonts_and_lexicons(data_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two fonts of print, one of handwriting, and a toy lexicon."""
    for folder, name in (("word_fonts", "a"), ("word_fonts", "b"), ("handwriting_fonts", "c")):
        write_font(data_root / "raw" / folder, f"{name}.woff2")
    monkeypatch.setattr(synthetic_dataset, "load_lexicons", lambda: LEXICONS)


def loaded(**arguments: Any) -> SyntheticWordsDataset:
    dataset = SyntheticWordsDataset(**arguments)
    dataset.load_or_generate_data()
    return dataset


def test_splits_and_shapes() -> None:
    dataset = loaded(num_words=3000, num_validation=40)
    assert dataset.input_shape == (64, None, 1)
    assert dataset.output_shape == (None, 37)
    assert [len(dataset.splits[name]) for name in ("train", "validation", "test")] == [3000, 40, 40]
    assert "rich" in dataset.describe()
    assert "3 fonts" in dataset.describe()
    for split in dataset.splits.values():
        for image, text in itertools.islice(zip(split.images, split.targets, strict=True), 25):
            assert image.dtype == np.uint8
            assert image.shape[0] == 64
            assert set(text) <= set(dataset.characters)
            labels = len(text) + sum(a == b for a, b in itertools.pairwise(text))
            assert 0 < labels <= image.shape[1] // 8, "CTC finds a path through a network of stride 8"


@pytest.mark.parametrize("mode", ["rich", "plain"])
def test_a_word_depends_on_seed_split_and_number_alone(mode: str) -> None:
    first, other_count, other_seed = (
        loaded(mode=mode, num_words=500, num_validation=9),
        loaded(mode=mode, num_words=90, num_validation=30),
        loaded(mode=mode, num_words=500, num_validation=9, seed=1),
    )
    for index in (89, 7, 0):
        np.testing.assert_array_equal(first.train.images[index], other_count.train.images[index])
        assert first.train.targets[index] == other_count.train.targets[index]
    np.testing.assert_array_equal(first.validation.images[8], other_count.validation.images[8])
    assert list(first.train.targets) != list(other_seed.train.targets)
    assert list(first.train.targets[:9]) != list(first.validation.targets)
    assert len({first.data_hash, other_count.data_hash, other_seed.data_hash}) == 3
    assert loaded(mode=mode, num_words=500, num_validation=9).data_hash == first.data_hash
    assert len({first.train.images[i].tobytes() for i in range(20)}) == 20


def test_words_of_the_test_split_are_in_no_other_split() -> None:
    dataset = loaded(num_words=4000, num_validation=400)
    unseen = set(dataset.test.targets)
    assert unseen
    assert not unseen & {*dataset.train.targets, *dataset.validation.targets}
    assert set(dataset.validation.targets) & set(dataset.train.targets)


def test_vocabularies_name_what_the_image_shows() -> None:
    small, large = loaded(num_words=600), loaded(num_words=600, vocabulary="printable")
    assert large.output_shape == (None, 95)
    pairs = list(zip(small.train.targets, large.train.targets, strict=True))
    assert all(a == large_as_small for a, large_as_small in ((a, small.normalize_text(b)) for a, b in pairs))
    assert any(b.isupper() for _, b in pairs)
    assert any(not b.isalnum() for _, b in pairs)
    np.testing.assert_array_equal(small.train.images[5], large.train.images[5])


def test_plain_mode_draws_words_of_the_lexicon_alone() -> None:
    dataset = loaded(mode="plain", num_words=400)
    words = {word.replace("'", "") for word in LEXICONS[0]}
    assert set(dataset.train.targets) <= words
    assert all((np.median(dataset.train.images[i]) < 90) for i in range(20))


def test_height_and_width() -> None:
    dataset = loaded(height=32, width=100, num_words=300)
    assert dataset.input_shape == (32, 100, 1)
    assert {dataset.train.images[i].shape for i in range(20)} == {(32, 100)}
    assert dataset.train.widths is not None
    assert set(dataset.train.widths.tolist()) == {100}


@pytest.mark.parametrize("mode", ["rich", "plain"])
def test_widths_are_known_without_drawing(mode: str) -> None:
    train = loaded(num_words=200, mode=mode).train
    assert train.widths is not None
    real = np.array([image.shape[1] for image in train.images])
    assert np.corrcoef(real, train.widths)[0, 1] > 0.55
    assert real.mean() == pytest.approx(train.widths.mean(), rel=0.2)


def test_a_font_never_draws_what_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = loaded(num_words=300)
    lacking = dataset.fonts[0]
    has = type(lacking).has
    monkeypatch.setattr(
        type(lacking), "has", lambda font, text: has(font, text) and not (font is lacking and "e" in text)
    )
    drawn = [dataset._word("train", i)[:2] for i in range(300)]
    assert all("e" not in text for font, text in drawn if font is lacking)
    assert any(font is lacking for font, _ in drawn)


def test_capitals_of_fonts_without_small_letters_are_named_as_capitals() -> None:
    dataset = loaded(num_words=100, vocabulary="printable")
    for font in dataset.fonts:
        object.__setattr__(font, "unicase", True)
    assert not any(c.islower() for text in dataset.train.targets for c in text)


def test_what_is_missing_is_said(data_root: Path) -> None:
    with pytest.raises(ConfigError, match="mode"):
        SyntheticWordsDataset(mode="photo")
    for path in (data_root / "raw" / "word_fonts").iterdir():
        path.unlink()
    with pytest.raises(DataError, match="npm install"):
        loaded(num_words=3)


def test_a_text_of_ones_own_is_drawn_alike_each_time() -> None:
    dataset = loaded(num_words=9, num_validation=9)
    first, again, other = (dataset.draw_text("wharf", number) for number in (3, 3, 4))
    np.testing.assert_array_equal(first, again)
    assert first.dtype == np.uint8
    assert first.shape != other.shape or (first != other).any()
    with pytest.raises(ConfigError, match="None of 3 fonts"):
        dataset.draw_text("日本", 0)
