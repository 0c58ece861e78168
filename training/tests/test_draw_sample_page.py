import os
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from training.draw_sample_page import LETTER, PAGE_SIZE, SAMPLE_FOLDER, draw_page, draw_paper

ROOT = Path(__file__).resolve().parents[2]


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
        assert (page.size, page.mode) == (PAGE_SIZE, "L")


def test_paper_is_bright_and_uneven() -> None:
    paper = draw_paper(np.random.default_rng(0))
    assert paper.shape == PAGE_SIZE[::-1]
    assert paper.min() > 190
    assert paper[:100].mean() > paper[-100:].mean() + 5  # the light comes from above


def test_every_line_leaves_ink_within_the_page(font: Path) -> None:
    dark: npt.NDArray[np.bool_] = draw_page(LETTER, font, seed=1) < 120
    assert not dark[:, :40].any()
    assert not dark[:, -40:].any()
    rows = dark.any(axis=1)
    bands = np.count_nonzero(rows[1:] & ~rows[:-1])
    assert bands >= len(LETTER) // 2  # descenders may join neighbours, but lines stay apart
    assert 0.02 < dark.mean() < 0.12


def test_same_seed_same_page(font: Path) -> None:
    first, same, other = (draw_page(LETTER[:2], font, seed) for seed in (5, 5, 6))
    np.testing.assert_array_equal(first, same)
    assert (first != other).any()
