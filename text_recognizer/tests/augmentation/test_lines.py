import numpy as np
import pytest
from PIL import Image

from text_recognizer.arrays import InkImage
from text_recognizer.augmentation.lines import (
    LineAugmentation,
    add_paper,
    augment_line,
    change_strokes,
    erase_spans,
    warp,
)


@pytest.fixture
def line() -> InkImage:
    """A line of vertical strokes, as wide as those of pens, between empty margins."""
    image = np.zeros((64, 400), np.uint8)
    for column in range(20, 380, 12):
        image[20:50, column : column + 3] = 255
    return image


@pytest.mark.slow
def test_height_stays_and_width_stays_near(line: InkImage) -> None:
    rng = np.random.default_rng(0)
    for _ in range(50):
        varied = augment_line(line, rng)
        assert varied.dtype == np.uint8
        assert varied.shape[0] == 64
        assert 0.69 * 400 <= varied.shape[1] <= 1.36 * 400


@pytest.mark.slow
def test_ink_survives(line: InkImage) -> None:
    rng = np.random.default_rng(1)
    shares = [augment_line(line, rng).sum() / line.sum() for _ in range(200)]
    assert min(shares) > 0.1
    assert np.median(shares) > 0.5
    assert max(shares) < 4


def test_same_seed_same_line_other_seed_other_line(line: InkImage) -> None:
    first, again, other = (augment_line(line, np.random.default_rng(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert first.shape != other.shape or (first != other).any()


def test_letters_are_distorted_in_both_directions(line: InkImage) -> None:
    warped = [np.asarray(warp(line, np.random.default_rng(seed))) for seed in range(20)]
    rows = [np.flatnonzero((image > 127).any(axis=1)) for image in warped]
    assert len({(r[0], r[-1]) for r in rows}) > 5, "height and place change"
    upper, lower = (
        [(image[part] > 127).sum(axis=1).std() for image in warped] for part in (slice(22, 30), slice(40, 48))
    )
    assert np.std(np.subtract(upper, lower)) > 0


def test_some_lines_are_cut_off_at_the_top_or_bottom() -> None:
    full = np.full((64, 300), 255, np.uint8)
    heights = [
        np.asarray(warp(full, np.random.default_rng(seed)))[:, 150].astype(bool).sum() for seed in range(60)
    ]
    assert min(heights) < 50
    assert max(heights) == 64


def test_lines_are_cut_off_at_either_side() -> None:
    values = {"cut_probability": 1, "cut_share": 0.3, "scale_y": (1, 1), "slope": 0, "warp_y": 0}
    config = LineAugmentation.from_dict(values)
    full = np.full((64, 300), 255, np.uint8)
    cut = [np.asarray(warp(full, np.random.default_rng(seed), config))[:, 150] for seed in range(20)]
    assert {bool(column[0]) for column in cut} == {bool(column[-1]) for column in cut} == {False, True}


def test_strokes_become_wider_narrower_or_softer(line: InkImage) -> None:
    picture = Image.fromarray(line)
    changed = [
        np.asarray(change_strokes(picture, np.random.default_rng(seed)), int).sum() for seed in range(30)
    ]
    assert min(changed) < 0.95 * line.astype(int).sum()
    assert max(changed) > 1.05 * line.astype(int).sum()


def test_paper_shows_and_breaks_the_ink() -> None:
    ink = np.zeros((64, 200), np.float32)
    ink[:, 100:] = 1
    add_paper(ink, np.random.default_rng(1))
    assert ink[:, :100].std() > 0
    assert ink[:, 100:].std() > 0
    assert abs(ink[:, :100].mean()) < 0.15
    assert ink[:, 100:].mean() == pytest.approx(1, abs=0.2)


def test_erased_spans_are_narrow_and_anywhere() -> None:
    starts, ends = [], []
    for seed in range(60):
        ink = np.ones((64, 400), np.float32)
        erase_spans(ink, np.random.default_rng(seed))
        erased = np.flatnonzero((ink == 0).all(axis=0))
        assert 4 <= len(erased) <= 3 * 19
        assert set(np.unique(ink)) == {0, 1}
        starts.append(erased[0])
        ends.append(erased[-1])
    assert len(set(starts)) > 30
    assert np.median(starts) > 40, "not all at the left edge"
    assert np.median(ends) < 360, "nor at the right one"


def test_spans_are_as_many_and_as_wide_as_asked_for() -> None:
    config = LineAugmentation(erased_spans=(2, 2), erased_columns=(7, 7))
    for seed in range(10):
        ink = np.ones((8, 20_000), np.float32)
        erase_spans(ink, np.random.default_rng(seed), config)
        assert (ink == 0).all(axis=0).sum() == 14


def test_without_variation_a_line_stays_as_it_is(line: InkImage) -> None:
    off = {name: 0 for name in LineAugmentation().__dict__ if name.endswith("probability")}
    still = {"shear": 0, "slope": 0, "warp_x": 0, "warp_y": 0, "bulge": 0}
    ones = dict.fromkeys(("scale_x", "scale_y", "gamma", "strength"), (1, 1))
    config = LineAugmentation.from_dict({**off, **still, **ones})
    np.testing.assert_array_equal(augment_line(line, np.random.default_rng(0), config), line)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("shear", 1),
        ("scale_x", (0.5, 0.5)),
        ("scale_y", (1.2, 1.2)),
        ("slope", 0.1),
        ("warp_x", 20),
        ("warp_y", 20),
        ("bulge", 20),
        ("stroke_probability", 1),
        ("gamma", (3, 3)),
        ("strength", (0.2, 0.2)),
        ("paper_probability", 1),
        ("ruling_probability", 1),
        ("erase_probability", 1),
    ],
)
def test_every_parameter_changes_the_lines(line: InkImage, name: str, value: object) -> None:
    config = LineAugmentation.from_dict({name: value})
    pairs = [
        (
            augment_line(line, np.random.default_rng(seed)),
            augment_line(line, np.random.default_rng(seed), config),
        )
        for seed in range(3)
    ]
    assert any(usual.shape != other.shape or (usual != other).any() for usual, other in pairs)
