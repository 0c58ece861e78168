from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from evaluation.robustness.contact_sheet import main, sheet


def test_pictures_stand_in_rows() -> None:
    black = np.zeros((400, 100), np.uint8)
    one, three = sheet([("one", black)], 2), sheet([("one", black)] * 3, 2)
    assert one.width == three.width
    assert three.height > 1.5 * one.height
    pixels = np.asarray(one)
    assert (pixels == 0).sum() > 5_000  # the picture, reduced
    assert (pixels == 255).any()  # its name


@pytest.mark.usefixtures("plain_hands")
def test_the_command_writes_a_picture(tmp_path: Path) -> None:
    out = tmp_path / "sheet.png"
    assert main([str(out), "--only", "blur", "words-1", "--columns", "3"]) == 0
    with Image.open(out) as picture:
        assert picture.width > 900
    assert main([str(out), "--only", "fire"]) == 1
