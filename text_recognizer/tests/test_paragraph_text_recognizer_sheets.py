"""Several sheets in one photo are read one after the other, each line where it lies on the photo."""

import numpy as np
import pytest
from PIL import Image

from text_recognizer import ParagraphTextRecognizer
from text_recognizer.budget import Budget
from text_recognizer.metrics.text import character_error_rate
from text_recognizer.tests.drawn_images import drawn

pytestmark = pytest.mark.slow

GAP_PX = 90


@pytest.fixture(scope="module")
def shipped() -> ParagraphTextRecognizer:
    """The shipped models."""
    return ParagraphTextRecognizer()


def photographed(upright: bool, degrees: float) -> tuple[Image.Image, str, int]:
    """Return a photo of two sheets, what they say, and the column or row that the second begins at."""
    image, text = drawn("page")[0]
    page = Image.fromarray(image).convert("LA")
    sheets = [page.rotate(sign * degrees, Image.Resampling.BICUBIC, expand=True) for sign in (1, -1)]
    width, height = sheets[0].size
    size = (
        (width + 2 * GAP_PX, 2 * height + 3 * GAP_PX)
        if upright
        else (2 * width + 3 * GAP_PX, height + 2 * GAP_PX)
    )
    photo = Image.new("L", size, 60)
    second = (height if upright else width) + 2 * GAP_PX
    for sheet, place in zip(sheets, (GAP_PX, second), strict=True):
        corner = (GAP_PX, place) if upright else (place, GAP_PX)
        photo.paste(sheet.getchannel(0), corner, sheet.getchannel(1))
    return photo, f"{text}\n{text}", second


@pytest.mark.parametrize("upright", [False, True])
@pytest.mark.parametrize("degrees", [0, 5])
def test_two_sheets_on_a_table_are_read_in_order(
    shipped: ParagraphTextRecognizer, upright: bool, degrees: float
) -> None:
    photo, text, second = photographed(upright, degrees)
    page = shipped.predict(photo)
    assert character_error_rate([page.text], [text]) <= 0.12
    assert (page.width, page.height) == photo.size
    regions = [line.region for line in page.lines if line.region is not None]
    begins = np.array([region.y1 if upright else region.x1 for region in regions])
    half = len(begins) // 2
    assert (begins[:half] < second - GAP_PX).all()
    assert (begins[half:] >= second).all()
    assert [warning.message[:8] for warning in page.warnings if warning.code == "outside_sheet"] == [
        "2 sheets"
    ]


def test_a_sheet_for_which_no_time_is_left_is_not_read(shipped: ParagraphTextRecognizer) -> None:
    photo, _, _ = photographed(upright=False, degrees=0)
    page = shipped.predict(photo, Budget(seconds=0))
    assert not page.complete
    assert "incomplete" in [warning.code for warning in page.warnings]
