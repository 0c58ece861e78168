import numpy as np
import pytest

from text_recognizer.arrays import GrayImage
from text_recognizer.datasets.iam_online import stroke_rendering
from text_recognizer.datasets.iam_online.stroke_rendering import PENS, Pen, render_strokes
from text_recognizer.images.ink import ink_map
from text_recognizer.preprocessing.lines import line_input
from text_recognizer.tests.datasets import toy_ink

pytestmark = pytest.mark.slow


def drawn(seed: int, characters: int = 25) -> GrayImage:
    return render_strokes(toy_ink.points(characters), np.random.default_rng(seed))


def stroke_width(image: GrayImage) -> float:
    """Return twice the area over the length of the outline."""
    ink = ink_map(image) > 0.4
    outline = (ink[:, 1:] != ink[:, :-1]).sum() + (ink[1:] != ink[:-1]).sum()
    return float(2 * ink.sum() / outline)


def test_a_line_is_dark_on_light_in_the_levels_of_a_scan() -> None:
    for seed in range(20):
        image = drawn(seed)
        assert image.dtype == np.uint8
        assert np.median(image) >= 221
        assert image.min() <= 153
        assert not (image % 17).any()


def test_the_seed_decides_alone() -> None:
    np.testing.assert_array_equal(drawn(3), drawn(3))
    assert len({drawn(seed).tobytes() for seed in range(10)}) == 10


def test_pens_paper_and_size_vary() -> None:
    images = [drawn(seed) for seed in range(40)]
    widths = [stroke_width(image) / image.shape[0] for image in images]
    assert max(widths) > 2 * min(widths)
    assert max(image.shape[0] for image in images) > 1.5 * min(image.shape[0] for image in images)
    assert 0 < sum((image == 255).mean() > 0.6 for image in images) < len(images)  # clean and grainy paper


def test_all_ink_reaches_the_recognizer_without_large_margins() -> None:
    for seed in range(20):
        image = line_input(drawn(seed))
        inked = np.flatnonzero((image > 0.3).any(axis=0))
        assert inked[-1] - inked[0] > 0.9 * (image.shape[1] - 32)
        assert np.ptp(np.flatnonzero((image > 0.3).any(axis=1))) > 56
        parts = np.array_split(image.sum(axis=0)[inked[0] : inked[-1]], 8)
        assert all(part.sum() > 10 for part in parts)


@pytest.mark.parametrize("pen", PENS)
def test_every_pen_can_be_read_even_in_black_and_white(pen: Pen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stroke_rendering, "PENS", (Pen(**{**vars(pen), "share": 1.0}),))
    ink = np.zeros((40, 200), np.float32)
    ink[10:30, 20:180:10] = 0.3  # fainter than any pen
    rng = np.random.default_rng(0)
    scans = [stroke_rendering._scan(ink, rng) for _ in range(100)]
    assert all(ink_map(scan).max() > 0.9 for scan in scans)
    assert all(line_input(drawn(seed)).mean() > 0.01 for seed in range(20))


def test_speed_makes_strokes_thinner() -> None:
    fast = toy_ink.points(25)
    keep = np.ones(len(fast), bool)
    keep[(np.arange(len(fast)) % 3 != 0) & (fast[:, 2] == 0) & (fast[:, 0] > 1000)] = False
    image = np.mean(
        [
            [
                ink_map(part).mean()
                for part in np.array_split(render_strokes(fast[keep], np.random.default_rng(seed)), 2, axis=1)
            ]
            for seed in range(30)
        ],
        axis=0,
    )
    assert image[1] < 0.97 * image[0]


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_dot_can_be_drawn(number: int) -> None:
    points = toy_ink.points(1)[:number]
    assert (render_strokes(points, np.random.default_rng(0)) < 200).any()
