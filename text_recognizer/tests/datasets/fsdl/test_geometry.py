"""Corners as fractions of a page, in its pixels."""

from pathlib import Path

import pytest
from PIL import Image

from text_recognizer.datasets.fsdl.geometry import line_mask, line_region, line_slices, upright_size
from text_recognizer.geometry import Region
from text_recognizer.tests.datasets.fsdl_pages import HEIGHT, WIDTH


def test_a_slanted_polygon_gets_a_slanted_band() -> None:
    corners = ((0.1, 0.2), (0.9, 0.3), (0.9, 0.36), (0.1, 0.26))
    slices = line_slices(corners, (WIDTH, HEIGHT))
    assert len(slices) == 12
    assert slices[-1].y1 - slices[0].y1 == pytest.approx(0.1 * HEIGHT * 11 / 12, abs=3)
    assert all(abs(part.height - 0.06 * HEIGHT) < 4 for part in slices)
    region = line_region(corners, (WIDTH, HEIGHT))
    assert line_mask(corners, (WIDTH, HEIGHT)).shape == (region.height, region.width)


def test_a_rectangle_is_one_box_and_all_of_it() -> None:
    corners = ((0.1, 0.2), (0.9, 0.3))
    assert line_region(corners, (100, 200)) == Region(10, 40, 90, 60)
    assert line_slices(corners, (100, 200)) == [Region(10, 40, 90, 60)]
    assert line_mask(corners, (100, 200)).all()


def test_a_box_at_the_edge_stays_on_the_page_and_is_never_empty() -> None:
    assert line_region(((1.0, 1.0), (1.0, 1.0)), (100, 200)) == Region(99, 199, 100, 200)


@pytest.mark.parametrize(("orientation", "size"), [(1, (30, 20)), (6, (20, 30)), (8, (20, 30))])
def test_sizes_are_those_of_the_upright_page(tmp_path: Path, orientation: int, size: tuple[int, int]) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.new("L", (30, 20)).save(tmp_path / "page.jpg", exif=exif)
    assert upright_size(tmp_path / "page.jpg") == size
