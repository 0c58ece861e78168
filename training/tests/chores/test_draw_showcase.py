"""The README's picture is the one that the chore draws, and small enough to be committed."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from text_recognizer.errors import DataError
from training.chores.draw_sample_page import PAGE_SIZE_PX
from training.chores.draw_showcase import HEADING, LINES, PICTURE, WIDTH_PX, draw_showcase

ROOT = Path(__file__).resolve().parents[3]
FONT = "yusei-magic"


def test_the_page_has_what_is_hard() -> None:
    text = " ".join((HEADING, *LINES))
    assert "é" in text
    assert sum(character.isdigit() for character in text) >= 6


def test_no_training_has_seen_the_font_that_the_readme_names() -> None:
    assert "Yusei Magic" in (ROOT / "README.md").read_text(encoding="utf-8")
    for folder in ("handwriting_fonts", "word_fonts"):
        listed = json.loads((ROOT / "data" / "raw" / folder / "package.json").read_text(encoding="utf-8"))
        assert f"@fontsource/{FONT}" not in listed["dependencies"]


def test_the_picture_is_small() -> None:
    assert PICTURE.stat().st_size <= 200_000
    with Image.open(PICTURE) as picture:
        assert picture.width == WIDTH_PX


@pytest.mark.slow
def test_rules_heading_and_lines_are_drawn(tmp_path: Path) -> None:
    mirror = Path(os.environ.get("TEXT_RECOGNIZER_MIRROR") or ROOT.parent / "shared" / "data")
    font = mirror / "handwriting_fonts" / "mynerve.woff2"
    if not font.is_file():
        pytest.skip(f"no handwriting fonts: {font}")
    page = draw_showcase(font, seed=1)
    assert page.shape == PAGE_SIZE_PX[::-1]
    assert (np.diff(page[:, 5].astype(int)) < -15).sum() >= len(LINES)  # rules reach the edge
    assert (page < 120).mean() > 0.02
    without = tmp_path / "none.ttf"
    without.write_bytes(b"")
    with pytest.raises((DataError, OSError)):
        draw_showcase(without, seed=1)
