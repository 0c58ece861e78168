from pathlib import Path

import numpy as np
import pytest
from PIL import ImageFont

from text_recognizer.datasets.words.drawing.fonts import (
    FONT_SIZE_PX,
    WordFont,
    font_shares,
    load_word_font,
    load_word_fonts,
    word_font_files,
)
from text_recognizer.errors import DataError
from text_recognizer.tests.datasets.toy_fonts import write_font
from text_recognizer.vocabulary import VOCABULARIES


def test_fonts_are_found_in_their_folder_or_where_npm_puts_them(data_root: Path) -> None:
    folder = data_root / "raw" / "word_fonts"
    with pytest.raises(DataError, match="npm install"):
        word_font_files()
    deep = "node_modules/@fontsource/lato/files/lato-{}.woff2"
    for name in ("latin-ext-400-normal", "cyrillic-400-normal", "latin-100-normal"):
        write_font(folder, deep.format(name))
    found = [write_font(folder, deep.format(f"latin-{name}")) for name in ("400-normal", "700-italic")]
    assert word_font_files() == (found, [])
    by_hand = write_font(data_root / "raw" / "handwriting_fonts", "caveat.woff2")
    assert word_font_files() == (found, [by_hand])
    flat = [write_font(folder, "b.woff2"), write_font(folder, "a.woff2")]
    assert word_font_files()[0] == flat[::-1]


def test_glyphs_are_kept_and_missing_ones_known(tmp_path: Path) -> None:
    font = load_word_font(write_font(tmp_path))
    assert font.has(VOCABULARIES["printable"])
    assert not font.has("a\u4e2d")
    assert font.glyph("H") is font.glyph("H")
    letter, low = font.glyph("H"), font.glyph("g")
    assert letter.top == -letter.ink.shape[0], "it stands on the base line"
    assert low.top + low.ink.shape[0] > 3, "it reaches below"
    assert letter.ink.max() == 255
    assert 0.5 * letter.advance < letter.ink.shape[1] < 1.5 * letter.advance
    assert 0.6 < letter.ink.shape[0] / FONT_SIZE_PX < 0.8
    assert not font.unicase
    with pytest.raises(DataError, match="has\\(\\)"):
        font.glyph("\u4e2d")


def test_unusable_fonts_are_named_and_left_out(tmp_path: Path) -> None:
    (tmp_path / "broken.woff2").write_bytes(b"wOF2 but no more")
    fonts, unusable = load_word_fonts([write_font(tmp_path), tmp_path / "broken.woff2"])
    assert [font.name for font in fonts] == ["toy"]
    assert unusable == ["broken.woff2"]


def test_large_families_and_handwriting_do_not_dominate() -> None:
    face = ImageFont.load_default(FONT_SIZE_PX)
    assert isinstance(face, ImageFont.FreeTypeFont)
    names = [
        "lato-latin-400-normal",
        "anton-latin-400-normal",
        *(f"lato-latin-{w}00-italic" for w in (4, 5, 7)),
    ]
    fonts = [WordFont(name, face, 0.5) for name in names]
    thin = font_shares([*fonts, WordFont("lato-latin-200-normal", face, 0.5)], [])
    assert thin[-1] == pytest.approx(thin[0] / 2)
    shares = font_shares(fonts, fonts[:2])
    assert shares.sum() == pytest.approx(1)
    assert shares[5:].sum() == pytest.approx(0.12)
    assert shares[[0, 2, 3, 4]].sum() == pytest.approx(2 * shares[1]), "four fonts count as two families"
    np.testing.assert_allclose(font_shares(fonts[:2], []), [0.5, 0.5])
