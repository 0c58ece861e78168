from pathlib import Path

import pytest

from text_recognizer.datasets.words.drawing.fonts import WordFont, load_word_font
from text_recognizer.tests.datasets.toy_fonts import write_font


@pytest.fixture
def font(tmp_path: Path) -> WordFont:
    """The font that comes with Pillow."""
    return load_word_font(write_font(tmp_path / "font"))
