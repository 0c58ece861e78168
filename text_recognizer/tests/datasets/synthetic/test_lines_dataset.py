import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from text_recognizer.datasets.iam.texts import HeldOut
from text_recognizer.datasets.synthetic import (
    lines_dataset as synthetic_lines_dataset,
)
from text_recognizer.datasets.synthetic.line_texts import LineTexts
from text_recognizer.datasets.synthetic.lines_dataset import SyntheticLinesDataset
from text_recognizer.errors import ConfigError, DataError
from text_recognizer.preprocessing.slope_slant import slope_and_slant
from text_recognizer.tests.datasets.synthetic.test_line_texts import BROWN, IAM
from text_recognizer.tests.datasets.toy_fonts import write_font
from text_recognizer.vocabulary import LINE_CHARACTERS, Vocabulary

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def fonts_and_texts(data_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two fonts, and the texts of a toy corpus."""
    for name in ("a.woff2", "b.woff2"):
        write_font(data_root / "raw" / "handwriting_fonts", name)
    texts = LineTexts(BROWN, IAM, HeldOut([]))
    monkeypatch.setattr(synthetic_lines_dataset, "load_line_texts", lambda *_: (texts, [10, 30, 40, 50]))


def loaded(**arguments: Any) -> SyntheticLinesDataset:
    dataset = SyntheticLinesDataset(**arguments)
    dataset.load_or_generate_data()
    return dataset


def test_lines_are_inputs_like_those_of_iam() -> None:
    dataset = loaded()
    assert dataset.input_shape == (64, None, 1)
    assert dataset.output_shape == (None, 80)
    assert len(dataset.train) == 2_000_000
    assert len(dataset.validation) == len(dataset.test) == 0
    for index in range(0, 2_000_000, 100_000):
        image, text = dataset.train.images[index], dataset.train.targets[index]
        assert image.dtype == np.uint8
        assert image.shape[0] == 64
        assert not image[:, :8].any(), "a margin of paper"
        assert image.max() > 80
        assert np.median(image) < 40
        assert not Vocabulary(LINE_CHARACTERS).unknown(text)
        labels = len(text) + sum(a == b for a, b in itertools.pairwise(text))
        assert image.shape[1] >= 8 * labels, "CTC finds a path through a network of stride 8"
    assert "2 fonts" in dataset.describe()


def test_a_line_depends_on_seed_and_number_alone() -> None:
    first, again, other = loaded(), loaded(num_lines=2_000_000), loaded(seed=1)
    assert again.train.images[7] is not first.train.images[7]
    for index in (1_999_999, 7):
        np.testing.assert_array_equal(first.train.images[index], again.train.images[index])
        assert first.train.targets[index] == again.train.targets[index]
    np.testing.assert_array_equal(first.train.images[7], first.train.images[7])
    assert first.data_hash == again.data_hash != other.data_hash
    assert [first.train.targets[i] for i in range(9)] != [other.train.targets[i] for i in range(9)]
    assert len({first.train.images[i].tobytes() for i in range(20)}) == 20


def test_widths_are_known_without_generating() -> None:
    train = loaded().train
    assert train.widths is not None
    assert len(train.widths) == len(train)
    real = np.array([train.images[i].shape[1] for i in range(60)])
    assert np.corrcoef(real, train.widths[:60])[0, 1] > 0.85
    assert real.mean() == pytest.approx(train.widths[:60].mean(), rel=0.2)


def test_height_and_width() -> None:
    dataset = loaded(height=32, width=500)
    assert dataset.input_shape == (32, 500, 1)
    assert {dataset.train.images[i].shape for i in range(10)} == {(32, 500)}
    assert dataset.train.widths is not None
    assert set(dataset.train.widths.tolist()) == {500}
    low = loaded(height=32).train
    assert low.images[3].shape[0] == 32
    assert low.widths is not None
    assert low.widths[:50].mean() == pytest.approx(
        np.mean([low.images[i].shape[1] for i in range(50)]), rel=0.2
    )


def test_a_font_never_draws_what_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = loaded()
    lacking = dict(dataset.fonts[0].advances)
    del lacking["e"]
    object.__setattr__(dataset.fonts[0], "advances", lacking)
    fonts = [dataset._line(index)[:2] for index in range(200)]
    assert all("e" not in text for font, text in fonts if font is dataset.fonts[0])
    assert any(font is dataset.fonts[0] for font, _ in fonts)
    assert all(font.has(text) for font, text in fonts)


def test_some_font_must_have_all_characters() -> None:
    with pytest.raises(DataError, match="No font has all of"):
        loaded(vocabulary="line+\u4e2d")


def test_rules_are_drawn_into_the_lines() -> None:
    plain = loaded(num_lines=6)
    ruled = loaded(num_lines=6, rules={"probability": 1.0, "strength": [0.6, 1.0], "width_px": [2, 4]})
    assert ruled.data_hash != plain.data_hash
    assert [*ruled.train.targets] == [*plain.train.targets]
    assert any(not np.array_equal(ruled.train.images[i], plain.train.images[i]) for i in range(6))


def test_a_broken_font_is_named_and_left_out(data_root: Path) -> None:
    (data_root / "raw" / "handwriting_fonts" / "c.woff2").write_bytes(b"no font")
    dataset = loaded()
    assert dataset.unusable == ["c.woff2"]
    assert [font.name for font in dataset.fonts] == ["a", "b"]
    assert "1 unusable" in dataset.describe()


def test_parameters_are_checked() -> None:
    with pytest.raises(ConfigError, match="num_lines >= 1"):
        SyntheticLinesDataset(num_lines=0)


def test_straightened_lines_have_the_same_text_without_slant() -> None:
    plain, straight = loaded(num_lines=40), loaded(num_lines=40, normalize=True)
    assert plain.data_hash != straight.data_hash
    assert list(plain.train.targets) == list(straight.train.targets)

    def slant(dataset: SyntheticLinesDataset) -> float:
        inks = [np.asarray(image[:, 16:-16] / 255, np.float32) for image in dataset.train.images]
        return float(np.mean([abs(slope_and_slant(ink)[1]) for ink in inks]))

    assert slant(straight) < 0.5 * slant(plain)


def test_a_share_of_the_lines_is_a_lone_entry() -> None:
    without, some = loaded(num_lines=400), loaded(num_lines=400, lone_share=0.5)
    lengths = np.array([[len(text) for text in dataset.train.targets] for dataset in (without, some)])
    assert (lengths[0] < 20).mean() == pytest.approx(0.25, abs=0.1), "as one of four of the texts"
    assert (lengths[1] < 20).mean() == pytest.approx(0.6, abs=0.1)
    assert without.data_hash != some.data_hash
    assert some.train.widths is not None
    real = np.array([some.train.images[i].shape[1] for i in range(40)])
    assert real.mean() == pytest.approx(some.train.widths[:40].mean(), rel=0.25)
    with pytest.raises(ConfigError, match="lone_share"):
        SyntheticLinesDataset(lone_share=1.0)
