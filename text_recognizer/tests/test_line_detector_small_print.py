"""Small print beside handwriting is found in whole lines by the shipped detector."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from text_recognizer.line_detector import LineDetector
from text_recognizer.preprocessing.writing import writing_ink
from text_recognizer.tests.drawn_images import drawn

PRINTED = (
    "I have read the conditions and agree to them. I understand that what I write will be made anonymous",
    "and used for research, and that it may be published under a free licence for purposes of any kind.",
)


@pytest.mark.parametrize("size_px", [12, 15, 19])
def test_lines_of_small_print_are_whole(size_px: int) -> None:
    handwriting, text = drawn("page")[0]
    paper = int(np.median(handwriting))
    below = Image.fromarray(handwriting)
    page = Image.new("L", (max(below.width, 60 * size_px), below.height + 6 * size_px), paper)
    page.paste(below, (0, 6 * size_px))
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(size_px)
    boxes = []
    for row, line in enumerate(PRINTED):
        place = 30, 2 * size_px + row * round(1.15 * size_px)
        pen.text(place, line, font=font, fill=20)
        boxes.append(pen.textbbox(place, line, font=font))
    layout = LineDetector().find_all_lines(writing_ink(np.asarray(page)))
    assert len(layout.lines) == len(PRINTED) + len(text.split("\n"))
    for region, (x1, y1, x2, y2) in zip(layout.regions, boxes, strict=False):
        assert region.x1 <= x1 + size_px
        assert region.x2 >= x2 - size_px
        assert abs((region.y1 + region.y2) - (y1 + y2)) < size_px
