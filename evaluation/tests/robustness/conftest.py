import numpy as np
import numpy.typing as npt
import pytest
from PIL import ImageFont

from evaluation.robustness import page_sets, rows
from text_recognizer.tests import tiny_models


@pytest.fixture
def page() -> npt.NDArray[np.uint8]:
    """Two lines of bars on white paper, (400, 900)."""
    return tiny_models.draw_page([2, 3])


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


@pytest.fixture
def face() -> ImageFont.FreeTypeFont:
    """The font that Pillow brings along."""
    font = ImageFont.load_default(40)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font


@pytest.fixture
def plain_hands(monkeypatch: pytest.MonkeyPatch, face: ImageFont.FreeTypeFont) -> None:
    """All hands write in the font that Pillow brings along."""
    for module in (page_sets, rows):
        monkeypatch.setattr(module, "hands", lambda count: [face] * count)
