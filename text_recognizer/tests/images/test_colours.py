"""Ink of any colour is seen: on nothing, cut out of a sheet, and on paper of the same luma."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from text_recognizer.images.colours import contrast, hides_ink
from text_recognizer.images.loading import load_image
from text_recognizer.tests.images.image_files import encode

RED, GREEN = (215, 60, 60), (20, 130, 118)  # both have a luma of 106


def letters() -> Image.Image:
    """Draw some letters as a mask: 255 is ink."""
    mask = Image.new("L", (400, 120), 0)
    ImageDraw.Draw(mask).text((20, 30), "Dear Martha, we came", font=ImageFont.load_default(36), fill=255)
    return mask


def seen(image: Image.Image, kind: str = "PNG", **options: int) -> float:
    """Return how many greys lie between the letters and the rest of a file."""
    gray = load_image(encode(image, kind, **options))
    ink = np.asarray(letters()) == 255
    return abs(float(np.mean(gray[ink])) - float(np.median(gray)))


@pytest.mark.parametrize(
    "colour", [(0, 0, 0), (255, 255, 255), (255, 240, 120), (0, 0, 160), (128, 128, 128), (0, 255, 255)]
)
def test_ink_of_any_colour_on_nothing_is_seen(colour: tuple[int, int, int]) -> None:
    image = Image.new("RGBA", letters().size, (*colour, 0))
    image.putalpha(letters())
    assert seen(image) > 100


@pytest.mark.parametrize("colour", [(255, 255, 255), (10, 10, 10), (240, 230, 200)])
def test_letters_cut_out_of_a_sheet_are_seen(colour: tuple[int, int, int]) -> None:
    image = Image.new("RGBA", letters().size, (*colour, 255))
    image.putalpha(Image.fromarray(255 - np.asarray(letters())))
    assert seen(image) > 100


def test_transparent_corners_of_a_written_sheet_stay_white() -> None:
    image = Image.new("RGBA", letters().size, (250, 250, 250, 255))
    image.paste((20, 20, 30, 255), mask=letters())
    image.paste((0, 0, 0, 0), (0, 0, 15, 15))
    assert load_image(encode(image))[:10, :10].min() == 255


@pytest.mark.parametrize(("kind", "options"), [("PNG", {}), ("JPEG", {"quality": 90}), ("WEBP", {})])
def test_colours_of_equal_luma_are_told_apart(kind: str, options: dict[str, int]) -> None:
    page = Image.new("RGB", letters().size, GREEN)
    page.paste(RED, mask=letters())
    assert hides_ink(np.asarray(page.convert("L")))
    assert seen(page, kind, **options) > 40


def test_black_ink_on_coloured_paper_has_its_luma() -> None:
    page = Image.new("RGB", letters().size, (240, 220, 150))
    page.paste((20, 20, 40), mask=letters())
    np.testing.assert_array_equal(load_image(encode(page)), np.asarray(page.convert("L")))


def test_contrast_is_that_of_rare_pixels() -> None:
    page = np.full(1000, 200, np.uint8)
    assert contrast(page) == 0
    page[:20] = 50
    assert contrast(page) == 150
    page[:20] = 250
    assert contrast(page) == 50
