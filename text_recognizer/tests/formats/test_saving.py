"""The name of a file tells the format; pictures are those that the pages name, or that are passed."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from text_recognizer import InvalidInputError
from text_recognizer.formats import FORMATS, PICTURE_FORMATS
from text_recognizer.formats.saving import draw, format_of, save
from text_recognizer.tests.formats.pages import SLOPING, TWO_LINES

IMAGE = np.full((300, 400), 255, np.uint8)


@pytest.mark.parametrize("format_", [*FORMATS.values(), *PICTURE_FORMATS.values()])
def test_every_format_has_its_suffix(format_: object, tmp_path: Path) -> None:
    suffix = format_.suffix  # type: ignore[attr-defined]
    assert format_of(Path(f"a.b{suffix.upper()}")) is format_
    save([TWO_LINES], tmp_path / f"page{suffix}", IMAGE)
    assert (tmp_path / f"page{suffix}").stat().st_size > 0


def test_what_does_not_fit_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match=r"ends with .txt"):
        save([TWO_LINES], tmp_path / "page.docx")
    with pytest.raises(InvalidInputError, match="one page for 'a.page.xml'; received 2"):
        save([TWO_LINES, SLOPING], tmp_path / "a.page.xml")
    with pytest.raises(InvalidInputError, match="does not name its image"):
        save([TWO_LINES], tmp_path / "page.pdf")
    with pytest.raises(InvalidInputError, match="page of 1; received 2"):
        draw([TWO_LINES], IMAGE, 2)
    assert not [*tmp_path.iterdir()]


def test_several_pages_and_their_own_images(tmp_path: Path) -> None:
    picture = Image.fromarray(IMAGE)
    picture.save(tmp_path / "two.tif", save_all=True, append_images=[picture.rotate(90, expand=True)])
    pages = [replace(TWO_LINES, image=str(tmp_path / "two.tif"), number=number) for number in (1, 2)]
    save(pages, tmp_path / "two.pdf")
    save(pages, tmp_path / "two.json")
    assert len(json.loads((tmp_path / "two.json").read_text())["pages"]) == 2
    assert (tmp_path / "two.pdf").read_bytes().count(b"/Type /Page ") == 2
    assert draw(pages, None, 2).height == 400
