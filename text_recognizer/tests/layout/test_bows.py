import numpy as np
import pytest

from text_recognizer.layout.bows import STRAIGHT, Bow, bow_at
from text_recognizer.layout.crops import crop_line
from text_recognizer.layout.fitting import Fit, fit_all
from text_recognizer.layout.kernels import kernel_map
from text_recognizer.layout.lines import PageLayout, TextLine, find_lines
from text_recognizer.layout.outlines import outline

_WIDTH = 400


def _bent(bow: Bow, slope: float = 0.0, thickness: int = 12) -> tuple[np.ndarray, np.ndarray]:
    """Return labels (160, 420) of one bent line, and the rows of its middle (400,)."""
    columns = np.arange(10, 10 + _WIDTH)
    middles = 80 + slope * (columns - 210) + bow_at(columns + 0.5, 10, 10 + _WIDTH, bow)
    labels = np.zeros((160, 420), np.uint8)
    rows = np.arange(160)[:, None]
    labels[:, 10 : 10 + _WIDTH] = np.abs(rows + 0.5 - middles) < thickness / 2
    return labels, middles


def _fit(labels: np.ndarray) -> Fit:
    (fit,) = fit_all(labels.astype(np.int32) - 1, 1)
    return fit


@pytest.mark.parametrize("bow", [(8.0, 0.0), (-15.0, 0.0), (0.0, 9.0), (10.0, -6.0)])
def test_a_bow_is_found(bow: Bow) -> None:
    labels, middles = _bent(bow, slope=0.03)
    fit = _fit(labels)
    assert fit.bow == pytest.approx(bow, abs=0.6)
    found = [fit.middle_at(x + 0.5) for x in range(10, 10 + _WIDTH, 10)]
    assert found == pytest.approx(middles[::10], abs=1.0)
    assert fit.above == pytest.approx(6, abs=1.0)
    assert fit.below == pytest.approx(6, abs=1.0)


def test_a_line_that_hardly_bends_is_straight() -> None:
    assert _fit(_bent((1.5, 0.0))[0]).bow == STRAIGHT


def _page(bows: list[float], width: int = 400) -> list[Fit]:
    """Return the fits of lines below each other, with these P2."""
    regions = np.full((160 * len(bows), 420), -1, np.int32)
    for index, bow in enumerate(bows):
        labels = _bent((bow, 0.0))[0]
        labels[:, 10 + width :] = 0
        regions[160 * index : 160 * (index + 1)][labels > 0] = index
    return fit_all(regions, len(bows))


def test_lines_that_hardly_bend_do_so_together() -> None:
    assert [fit.bow[0] for fit in _page([1.8] * 5)] == pytest.approx([1.8] * 5, abs=0.4)
    assert all(fit.bow == STRAIGHT for fit in _page([1.8] * 3))  # too few
    assert all(fit.bow == STRAIGHT for fit in _page([1.8, -1.8, 1.8, -1.8, 1.8]))
    assert all(fit.bow == STRAIGHT for fit in _page([0.6] * 5))


def test_a_straight_line_of_a_bent_page_stays_straight() -> None:
    *bent, last = _page([1.8] * 5 + [0.0])
    assert all(fit.bow != STRAIGHT for fit in bent)
    assert last.bow == STRAIGHT


def test_letters_of_different_heights_do_not_bend_a_line() -> None:
    labels = _bent(STRAIGHT)[0]
    rng = np.random.default_rng(3)
    for x in range(10, 400, 20):
        top = int(rng.integers(62, 74))
        labels[top:80, x : x + 8] = 1
    assert _fit(labels).bow == STRAIGHT


def test_short_pieces_are_straight() -> None:
    labels = _bent((12.0, 0.0))[0]
    labels[:, 90:] = 0
    assert _fit(labels).bow == STRAIGHT


def test_beside_its_ends_a_line_goes_on_as_it_ends() -> None:
    ends = bow_at(np.array([9.0, 10.0, 10.5, 410.0, 411.0]), 10, 410, (8.0, 2.0))
    assert ends[1] - ends[0] == pytest.approx(2 * (ends[2] - ends[1]), rel=0.02)
    assert ends[4] > ends[3]


def _layout(bow: Bow) -> tuple[PageLayout, np.ndarray]:
    labels = _bent(bow, thickness=24)[0]
    return find_lines(kernel_map(labels), 1.0, labels.shape), (labels > 0).astype(np.float32)


def test_crops_follow_the_bow() -> None:
    layout, ink = _layout((25.0, 0.0))
    crop = crop_line(ink, layout, 0)
    assert crop.ink.shape[0] < 34  # 24 rows thick; the straight box has over 60
    inked = crop.ink[:, 30:-30] > 0.5
    assert np.ptp(inked.argmax(axis=0)) <= 2


def test_polygons_and_baselines_follow_the_bow() -> None:
    layout, ink = _layout((25.0, 0.0))
    shape = outline(crop_line(ink, layout, 0), 0, layout.lines[0])
    baseline = shape.baseline()
    assert len(baseline) > 2
    assert np.diff(baseline[:, 0]).min() > 0
    assert baseline[[0, -1], 1].mean() - baseline[len(baseline) // 2, 1] == pytest.approx(37.5, abs=4)
    polygon = shape.polygon()
    upper, lower = np.split(polygon, 2)
    assert np.allclose(upper[:, 0], lower[::-1, 0])
    assert np.ptp(lower[::-1, 1] - upper[:, 1]) < 1


def test_straight_lines_keep_four_corners() -> None:
    layout, ink = _layout(STRAIGHT)
    shape = outline(crop_line(ink, layout, 0), 0, layout.lines[0])
    assert (len(shape.polygon()), len(shape.baseline())) == (4, 2)


def test_a_reduced_line_bends_less() -> None:
    layout, _ = _layout((25.0, 0.0))
    line: TextLine = layout.lines[0]
    columns = np.array([20.0, 210.0, 390.0])
    assert line.reduced(2).middle_at(columns / 2) == pytest.approx(line.middle_at(columns) / 2, abs=0.5)
