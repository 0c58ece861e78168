import numpy as np
import pytest

from text_recognizer.datasets.labelled_lines.cutting import cut_line
from text_recognizer.errors import InvalidInputError


def page() -> np.ndarray:
    """Return a page (100, 300) with a stroke that falls by 20 rows, and a neighbour above it."""
    image = np.full((100, 300), 220, np.uint8)
    image[5:10] = 30
    for x in range(20, 280):
        y = 40 + round(20 * (x - 20) / 260)
        image[y : y + 4, x] = 20
    return image


POLYGON = ((15, 32), (285, 52), (285, 72), (15, 52))


def test_the_neighbour_is_replaced_by_paper_and_the_line_is_level() -> None:
    line = cut_line(page(), POLYGON, ((20, 44), (280, 64)))
    inked = np.flatnonzero((line < 100).any(axis=1))
    assert 4 <= len(inked) <= 7
    assert np.median(line) == 220


def test_without_a_baseline_the_line_stays_as_it_is() -> None:
    inked = np.flatnonzero((cut_line(page(), POLYGON) < 100).any(axis=1))
    assert len(inked) >= 20


def test_a_bent_baseline_is_followed() -> None:
    image = np.full((100, 300), 220, np.uint8)
    rows = [60 - round(15 * (1 - ((x - 150) / 150) ** 2)) for x in range(300)]
    for x, y in enumerate(rows):
        image[y : y + 3, x] = 20
    baseline = tuple((x, rows[x] + 3) for x in range(0, 300, 10))
    line = cut_line(image, ((0, 30), (299, 30), (299, 75), (0, 75)), baseline)
    assert len(np.flatnonzero((line < 100).any(axis=1))) <= 6


@pytest.mark.parametrize(
    ("polygon", "baseline", "message"),
    [
        ((), (), "no polygon"),
        (((400, 10), (500, 10), (450, 40)), (), "outside"),
        (POLYGON, ((100, 40), (110, 60)), "steeper"),
        (POLYGON, ((100, 40), (100, 60)), "vertical"),
    ],
)
def test_what_cannot_be_cut_is_said(polygon: object, baseline: object, message: str) -> None:
    with pytest.raises(InvalidInputError, match=message):
        cut_line(page(), polygon, baseline)  # type: ignore[arg-type]
