import numpy as np
import numpy.typing as npt
import pytest

from text_recognizer.errors import InvalidInputError
from text_recognizer.images.ink import ink_map
from text_recognizer.images.resizing import reduce_image
from text_recognizer.preprocessing.lines import (
    LINE_HEIGHT,
    LINE_MARGIN,
    LINE_MAX_ASPECT,
    ink_to_line,
    line_input,
)

Gray = npt.NDArray[np.uint8]


def strokes(height: int = 80, width: int = 600) -> Gray:
    """Draw slanted strokes, dark on light."""
    rows, columns = np.mgrid[0:height, 0:width]
    inked = (
        ((columns + rows // 2) % 60 < 8)
        & (rows >= 20)
        & (rows < 60)
        & (columns > 40)
        & (columns < width - 40)
    )
    return np.where(inked, 40, 215).astype(np.uint8)


def test_ink_map_is_zero_on_paper_and_one_on_ink() -> None:
    image = strokes()
    ink = ink_map(image)
    assert ink.dtype == np.float32
    np.testing.assert_array_equal(ink[image == 215], 0)
    np.testing.assert_allclose(ink[image == 40], 1, atol=0.02)


def test_ink_map_sees_through_uneven_light() -> None:
    image = strokes()
    light = np.linspace(0.45, 1, image.shape[1])
    np.testing.assert_allclose(ink_map((image * light).astype(np.uint8)), ink_map(image), atol=0.25)


@pytest.mark.parametrize(
    "array", [np.zeros((0, 4), np.uint8), np.zeros((4, 4, 3), np.uint8), np.zeros((4, 4))]
)
def test_ink_map_takes_only_grey_images(array: npt.NDArray[np.uint8]) -> None:
    with pytest.raises(InvalidInputError, match="load_image"):
        ink_map(array)


def test_ink_map_leaves_its_argument_alone() -> None:
    image = strokes()
    before = image.copy()
    ink_map(image)
    np.testing.assert_array_equal(image, before)


def test_line_is_cut_to_its_ink_with_blank_margins() -> None:
    line = line_input(strokes())
    assert line.shape[0] == LINE_HEIGHT
    assert not line[:, :LINE_MARGIN].any()
    assert not line[:, -LINE_MARGIN:].any()
    assert line[:4].any()
    assert line[-4:].any()


@pytest.mark.parametrize("margin", [1, 10, 60])
def test_margins_of_the_box_do_not_matter(margin: int) -> None:
    image = strokes()
    padded = np.pad(image, margin, constant_values=215)
    np.testing.assert_allclose(line_input(padded), line_input(image), atol=0.05)


@pytest.mark.parametrize("width", [200, 952])
def test_fixed_width_is_kept(width: int) -> None:
    line = line_input(strokes(), height=28, width=width)
    assert line.shape == (28, width)
    assert line.any()
    assert not line[:, -7:].any()


@pytest.mark.parametrize("shape", [(1, 20_000), (3, 20_000), (20_000, 1)])
def test_strips_stay_bounded(shape: tuple[int, int]) -> None:
    line = ink_to_line(np.ones(shape, np.float32))
    assert line.shape[0] == LINE_HEIGHT
    assert line.shape[1] <= LINE_MAX_ASPECT * LINE_HEIGHT + 2 * LINE_MARGIN


def test_reduce_image_keeps_small_images_and_bounds_large_ones() -> None:
    image = strokes()
    assert reduce_image(image, image.size) is image
    reduced = reduce_image(image, 5000)
    assert reduced.size <= 5000
    assert reduced.shape[1] / reduced.shape[0] == pytest.approx(600 / 80, rel=0.05)


def test_polarity_does_not_matter() -> None:
    np.testing.assert_allclose(line_input(255 - strokes()), line_input(strokes()), atol=0.02)


@pytest.mark.parametrize("table", [20, 45, 80])
def test_a_sheet_on_a_dark_table_is_no_light_writing(table: int) -> None:
    sheet = np.full((480, 360), 250, np.uint8)
    sheet[40:440:20, 30:330] = 30  # lines of writing
    photo = np.full((700, 800), table, np.uint8)
    photo[100:580, 200:560] = sheet
    ink = ink_map(photo)[150:530, 250:510]  # within the sheet
    alone = ink_map(sheet)[50:430, 50:310]
    np.testing.assert_allclose(ink, alone, atol=0.1)


@pytest.mark.parametrize("stroke", [4, 20, 45])
def test_broad_light_strokes_are_no_sheet(stroke: int) -> None:
    board = np.full((240, 240), 10, np.uint8)
    board[20:220, 100 : 100 + stroke] = 245
    board[20 : 20 + stroke, 40:200] = 245
    np.testing.assert_allclose(ink_map(board), ink_map(255 - board), atol=0.02)


def test_training_and_serving_make_the_same_input_of_a_line() -> None:
    image = strokes()
    trained_on = np.round(line_input(image) * 255).astype(np.uint8) / np.float32(
        255
    )  # as a data set keeps it
    served = ink_to_line(ink_map(image))
    np.testing.assert_allclose(trained_on, served, atol=0.5 / 255 + 1e-6)
