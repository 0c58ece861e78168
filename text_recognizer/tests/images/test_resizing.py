"""Reducing averages, enlarging interpolates, and strips make no difference."""

import numpy as np
import pytest
from PIL import Image

from text_recognizer.images import twin
from text_recognizer.images.resizing import (
    reduce_image,
    reduce_ink,
    reduce_to_bytes,
    resampling,
    resize_ink,
    strips,
    with_paper,
)
from text_recognizer.tests.preprocessing.drawn_lines import strokes


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1000, 700), (5, 2**18), (5, 2**18 + 1), (3, 2**20)])
def test_strips_cover_the_rows_once_and_stay_small(height: int, width: int) -> None:
    covered = [row for rows in strips(height, width) for row in range(height)[rows]]
    assert covered == list(range(height))
    sizes = [(rows.stop - rows.start) * width for rows in strips(height, width)]
    assert max(sizes) <= max(2**18, width)


def test_an_image_without_pixels_has_no_or_empty_strips() -> None:
    assert list(strips(0, 10)) == []
    assert list(strips(3, 0)) == [slice(0, 3)]


@pytest.mark.parametrize(
    ("scale", "expected"),
    [
        (0.5, [0, 100, 200]),  # the average of each pair
        (1, [0, 0, 100, 100, 200, 200]),
        (2, [0, 0, 0, 25, 75, 100, 100, 125, 175, 200, 200, 200]),  # linear between the pixels' centres
    ],
)
def test_filters_give_these_values(scale: float, expected: list[int]) -> None:
    image = Image.fromarray(np.array([[0, 0, 100, 100, 200, 200]], np.uint8))
    resized = image.resize((len(expected), 1), resampling(scale))
    assert np.asarray(resized)[0].tolist() == pytest.approx(expected, abs=1)


def test_reduce_image_keeps_small_images_and_bounds_large_ones() -> None:
    image = strokes()
    assert reduce_image(image, image.size) is image
    reduced = reduce_image(image, 5000)
    assert reduced.size <= 5000
    assert reduced.shape[1] / reduced.shape[0] == pytest.approx(600 / 80, rel=0.05)


def test_a_reduced_image_has_the_average_of_its_pixels() -> None:
    image = np.tile(np.array([[0, 0, 200, 200]], np.uint8), (64, 16))
    np.testing.assert_array_equal(reduce_image(image, 64 * 64 // 4), image[::2, ::2])


def test_a_large_page_is_reduced_in_strips_as_in_one() -> None:
    ink = np.random.default_rng(0).random((2600, 700), np.float32)
    expected = Image.fromarray(ink).resize((138, 512), Image.Resampling.BILINEAR)
    np.testing.assert_allclose(reduce_ink(ink, 138, 512), np.asarray(expected), atol=1e-6)


@pytest.mark.parametrize("factor", [1, 3])
def test_reducing_to_bytes_gives_means_of_squares(factor: int) -> None:
    ink = np.random.default_rng(0).random((61, 90), np.float32)
    received = reduce_to_bytes(ink, factor)
    assert received.dtype == np.uint8
    assert received.shape == (-(-61 // factor), 90 // factor)
    squares = ink[: 60 // factor * factor].reshape(60 // factor, factor, 90 // factor, factor)
    np.testing.assert_allclose(received[: len(squares)] / 255, squares.mean(axis=(1, 3)), atol=2 / 255)


def test_ink_is_averaged_or_interpolated_whether_loops_are_compiled_or_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ink = np.array([[0, 1, 1, 0]], np.float32)
    for installed in (twin.is_installed(), False):
        monkeypatch.setattr(twin, "is_installed", lambda installed=installed: installed)
        assert resize_ink(ink, 2, 1, Image.Resampling.BOX).tolist() == [[0.5, 0.5]]
        assert resize_ink(ink, 8, 1, Image.Resampling.BILINEAR)[0, :4].tolist() == [0, 0.25, 0.75, 1]
        assert resize_ink(ink, 4, 3, Image.Resampling.BILINEAR).tolist() == 3 * ink.tolist()


def test_paper_is_put_around_ink() -> None:
    padded = with_paper(np.ones((1, 2), np.float32), (1, 0), (2, 1))
    assert padded.dtype == np.float32
    assert padded.tolist() == [[0, 0, 0, 0, 0], [0, 0, 1, 1, 0]]
