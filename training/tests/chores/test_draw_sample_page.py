import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from training.chores.draw_sample_page import LETTER, PAGE_SIZE_PX, SAMPLE_FOLDER, draw_page, draw_paper

DARK = 120  # grey below this is ink
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def font() -> Path:
    mirror = Path(os.environ.get("TEXT_RECOGNIZER_MIRROR") or ROOT.parent / "shared" / "data")
    path = mirror / "handwriting_fonts" / "mynerve.woff2"
    if not path.is_file():
        pytest.skip(f"no handwriting fonts: {path}")
    return path


def test_shipped_page_has_the_text_and_size_of_the_code() -> None:
    assert (SAMPLE_FOLDER / "sample_page.txt").read_text(encoding="utf-8").splitlines() == list(LETTER)
    with Image.open(SAMPLE_FOLDER / "sample_page.png") as page:
        assert (page.size, page.mode) == (PAGE_SIZE_PX, "L")


def test_paper_is_bright_and_uneven() -> None:
    paper = draw_paper(np.random.default_rng(0))
    assert paper.shape == PAGE_SIZE_PX[::-1]
    assert paper.min() > 190
    assert paper[:100].mean() > paper[-100:].mean() + 5  # the light comes from above


@pytest.mark.slow
def test_every_line_leaves_ink_within_the_page(font: Path) -> None:
    page = draw_page(LETTER, font, seed=1)
    assert page[:, :40].min() > DARK
    assert page[:, -40:].min() > DARK
    rows = np.flatnonzero(page.min(axis=1) < DARK)
    lines = 1 + np.count_nonzero(np.diff(rows) > 1)
    assert lines == len(LETTER)
    assert 0.02 < np.mean(page < DARK) < 0.12


@pytest.mark.slow
def test_same_seed_same_page(font: Path) -> None:
    first, same, other = (draw_page(LETTER[:2], font, seed) for seed in (5, 5, 6))
    np.testing.assert_array_equal(first, same)
    assert (first != other).any()
