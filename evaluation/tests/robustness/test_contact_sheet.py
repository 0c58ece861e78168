from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from evaluation.robustness.contact_sheet import main, sheet, with_ink


def test_pictures_stand_in_rows() -> None:
    black = np.zeros((400, 100), np.uint8)
    one, three = sheet([("one", black)], 2), sheet([("one", black)] * 3, 2)
    assert one.width == three.width
    assert three.height > 1.5 * one.height
    pixels = np.asarray(one)
    assert (pixels == 0).sum() > 5_000  # the picture, reduced
    assert (pixels == 255).any()  # its name


def test_a_page_has_its_ink_beside_it() -> None:
    page = np.full((120, 400), 200, np.uint8)
    page[40:80, 50:350:9] = 60
    (name, same), (_, ink) = with_ink("page", page)
    assert name == "page"
    assert same is page
    assert ink[0, 0] == 255
    assert ink[60, 50] < 30


@pytest.mark.usefixtures("plain_hands")
def test_the_command_writes_a_picture(tmp_path: Path) -> None:
    out = tmp_path / "sheet.png"
    assert main([str(out), "--only", "blur", "words-1", "--columns", "3"]) == 0
    with Image.open(out) as picture:
        assert picture.width > 900
    assert main([str(out), "--only", "fire"]) == 1
