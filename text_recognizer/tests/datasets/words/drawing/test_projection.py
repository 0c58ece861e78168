import numpy as np
import pytest

from text_recognizer.datasets.words.drawing.composition import Composition
from text_recognizer.datasets.words.drawing.projection import Pose, project

BAR = Composition(np.full((40, 160), 255, np.uint8), (0, 0, 160, 40))  # four times as wide as high


@pytest.mark.parametrize("height", [12, 40, 64])
def test_an_upright_word_is_only_scaled(height: int) -> None:
    ink = project(BAR, Pose(), height)
    assert ink.shape == (height, 4 * height)
    assert ink[1:-1, 1:-1].min() == 255


def test_margins_are_relative_to_the_height() -> None:
    ink = project(BAR, Pose(margins=(0.5, 0.25, 0, 0)), 50)
    assert ink.shape == (50, 180)
    rows, columns = np.nonzero(ink > 127)
    assert (rows.min(), columns.min()) == (10, 20)
    assert (rows.max(), columns.max()) == (49, 179)


def test_a_turned_word_is_seen_whole() -> None:
    ink = project(BAR, Pose(angle=0.3), 60)
    assert ink.shape[1] / 60 == pytest.approx(
        (4 * np.cos(0.3) + np.sin(0.3)) / (4 * np.sin(0.3) + np.cos(0.3)), abs=0.03
    )
    first, last = (np.nonzero(ink[:, column] > 127)[0].mean() for column in (5, -6))
    assert last > first + 20, "clockwise"
    scale = 60 / (4 * np.sin(0.3) + np.cos(0.3))
    assert (ink > 127).sum() == pytest.approx(4 * scale * scale, rel=0.03)


def test_a_slanted_word_leans_to_the_right() -> None:
    ink = project(BAR, Pose(slant=0.5), 40)
    assert ink.shape == (40, 180)
    assert np.nonzero(ink[3] > 127)[0].min() > np.nonzero(ink[-4] > 127)[0].min() + 10


def test_keystone_lets_letters_grow_to_the_right() -> None:
    ink = project(BAR, Pose(keystone=(0.2, 0.0)), 40) > 127
    assert ink[:, -4].sum() > 1.3 * ink[:, 3].sum()


@pytest.mark.parametrize(("bend", "ends_lower"), [(0.4, True), (-0.4, False)])
def test_a_bent_word_has_its_ends_lower_or_higher(bend: float, ends_lower: bool) -> None:
    ink = project(BAR, Pose(bend=bend), 56) > 127
    end, middle = (np.nonzero(ink[:, column])[0].mean() for column in (2, ink.shape[1] // 2))
    assert (end > middle + 5) == ends_lower
    assert 38 <= ink[:, ink.shape[1] // 2].sum() <= 42


def test_stretch_widens_and_no_word_is_endless() -> None:
    assert project(BAR, Pose(stretch=1.5), 20).shape == (20, 120)
    assert project(BAR, Pose(stretch=40), 20).shape == (20, 400)
