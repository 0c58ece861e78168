from pathlib import Path

import pytest

from text_recognizer.datasets.synthetic.fonts import FONT_HEIGHT_PX, font_files, load_font
from text_recognizer.errors import DataError
from text_recognizer.tests.datasets.toy_fonts import write_font
from text_recognizer.tests.real_data import real_data
from text_recognizer.vocabulary import LINE_CHARACTERS


def test_fonts_are_found_in_their_folder_or_where_npm_puts_them(data_root: Path) -> None:
    folder = data_root / "raw" / "handwriting_fonts"
    with pytest.raises(DataError, match=r"readme\.md"):
        font_files()
    deep = "node_modules/@fontsource/caveat/files/caveat-latin-{}-normal.woff2"
    write_font(folder, deep.format(700))
    path = write_font(folder, deep.format(400))
    assert font_files() == [path]
    assert load_font(path).name == "caveat"
    flat = [write_font(folder, "b.woff2"), write_font(folder, "a.woff2")]
    assert font_files() == flat[::-1]


def test_a_font_is_measured(tmp_path: Path) -> None:
    font = load_font(write_font(tmp_path))
    assert font.name == "toy"
    assert font.has(LINE_CHARACTERS)
    assert FONT_HEIGHT_PX - 2 <= font.ascent + font.descent <= 1.5 * FONT_HEIGHT_PX
    assert 0.3 * FONT_HEIGHT_PX < font.x_height < font.ascent
    assert 2 < font.stroke < 6
    assert font.width("ab") == font.advances["a"] + font.advances["b"]
    assert not font.joined


def test_characters_that_a_font_lacks_are_noticed(tmp_path: Path) -> None:
    font = load_font(write_font(tmp_path), LINE_CHARACTERS + "\u4e2d\u00a0\u2610")
    assert font.has("\u2610"), "check boxes are drawn for every font"
    assert font.has("a")
    assert not font.has("\u4e2d")
    assert not font.has("a\u00a0"), "leaves no ink and is not the space"


def test_unusable_fonts_are_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "broken.woff2").write_bytes(b"wOF2 but no more")
    with pytest.raises(DataError, match=r"broken\.woff2"):
        load_font(tmp_path / "broken.woff2")
    with pytest.raises(DataError, match=r"lacks.*'d'"):
        load_font(write_font(tmp_path), "abc ")


def test_the_real_fonts(data_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real_data(monkeypatch, "handwriting_fonts")
    fonts = {path.stem: load_font(path) for path in font_files()}
    assert len(fonts) > 50
    assert sum(font.has(LINE_CHARACTERS) for font in fonts.values()) > 0.9 * len(fonts)
    assert fonts["dancing-script"].joined
    assert not fonts["patrick-hand"].joined
