from pathlib import Path

import numpy as np
import pytest
from PIL import ImageFont

from evaluation.robustness import drawn
from evaluation.robustness.drawn import (
    Written,
    column,
    draw,
    drawn_pages,
    end_of,
    hands,
    running_text,
    seeded,
    sentence,
    sized,
)
from text_recognizer.errors import DataError
from text_recognizer.geometry import Region
from text_recognizer.tooling.data_root import set_mirror


def test_boxes_hold_the_ink_of_their_lines(face: ImageFont.FreeTypeFont) -> None:
    page = draw("1", [Written("first", 30, 60, face), Written("second", 200, 140, face)])
    image = page.load().copy()
    assert page.lines == ("first", "second")
    for box in page.regions:
        assert (image[box.y1 : box.y2, box.x1 : box.x2] < 128).any()
        image[box.y1 : box.y2, box.x1 : box.x2] = 250
    assert (image == 250).all()


def test_rules_are_filled_and_inside(face: ImageFont.FreeTypeFont) -> None:
    page = draw("1", [Written("a", 30, 60, face)], 10, [Region(5, 5, 300, 8)])
    image = page.load()
    assert image.shape[1] == 310
    assert (image[5:8, 5:300] < 128).all()


def test_lines_stand_below_each_other(face: ImageFont.FreeTypeFont) -> None:
    written = column(["one", "two"], face, 50, 20, 2.0)
    assert written[1].y > written[0].y + 60
    assert {line.x for line in written} == {50}
    right, bottom = end_of(written)
    assert right > 50 + face.getlength("two")
    assert bottom > written[1].y - 10
    assert sized(face, 2.0).size == 2 * face.size


def test_texts_have_the_lengths_of_lines(face: ImageFont.FreeTypeFont) -> None:
    rng = seeded("texts")
    assert all(25 <= len(sentence(rng)) <= 66 for _ in range(200))
    lines = running_text(rng, 50)
    assert len(lines) == 50
    assert all(8 <= len(line) <= 24 for line in lines)
    assert sentence(seeded("a")) == sentence(seeded("a")) != sentence(seeded("b"))


def test_pages_are_always_the_same(face: ImageFont.FreeTypeFont) -> None:
    first, second = drawn_pages([face, face])
    assert (len(first.lines), len(second.lines)) == (6, 7)
    again = drawn_pages([face])[0]
    assert again.lines == first.lines
    np.testing.assert_array_equal(again.load(), first.load())


def test_legible_hands_are_preferred_and_used_in_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def load_font(path: Path) -> object:
        opened.append(path.name)
        return type("Font", (), {"face": None})

    monkeypatch.setattr(drawn, "load_font", load_font)
    set_mirror(tmp_path)
    with pytest.raises(DataError, match="handwriting_fonts"):
        hands(1)
    folder = tmp_path / "handwriting_fonts"
    folder.mkdir(exist_ok=True)
    names = ["caveat-latin-400-normal.woff2", "kalam.woff2"]  # as in two packages
    for name in ("zeyada.woff2", *names):
        (folder / name).touch()
    hands(3)
    assert opened == [*names, names[0]]
