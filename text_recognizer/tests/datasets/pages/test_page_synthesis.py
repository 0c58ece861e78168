"""Composed pages: labels fit the ink, lines alternate."""

from pathlib import Path

import numpy as np
import pytest

from text_recognizer.arrays import InkMap
from text_recognizer.datasets.pages.page_synthesis import choose_lines, synthesize_page


def line(height: int, width: int, words: int = 4) -> InkMap:
    """Dark words with gaps between them."""
    ink = np.ones((height, width), np.float32)
    for gap in range(1, words):
        ink[:, gap * width // words : gap * width // words + height] = 0
    return ink


@pytest.mark.parametrize("seed", range(6))
def test_labels_cover_the_ink_and_alternate(seed: int) -> None:
    rng = np.random.default_rng(seed)
    lines = [line(int(rng.integers(30, 50)), 600) for _ in range(5)]

    page, labels = synthesize_page(lines, rng)

    assert page.shape == labels.shape
    assert page.dtype == labels.dtype == np.uint8
    assert max(page.shape) <= 512
    inked = page > 200
    assert np.mean(labels[inked] > 0) > 0.95
    changes = np.diff(labels[:, np.argmax((labels > 0).sum(axis=0))].astype(int))
    starts = [value for value in labels[1:, np.argmax((labels > 0).sum(axis=0))][changes != 0] if value]
    assert all(a != b for a, b in zip(starts, starts[1:], strict=False))


def test_one_line_makes_a_page() -> None:
    page, labels = synthesize_page([line(40, 500)], np.random.default_rng(0))

    assert set(np.unique(labels)) == {0, 1}
    assert page.any()


def test_neighbouring_lines_are_drawn_or_any() -> None:
    paths = [Path(str(i)) for i in range(100)]
    rng = np.random.default_rng(0)

    draws = [[int(path.name) for path in choose_lines(paths, rng)] for _ in range(200)]

    assert {len(draw) for draw in draws} == set(range(1, 19))
    runs = [np.all(np.diff(draw) == 1) for draw in draws if len(draw) > 1]
    assert 0.5 < np.mean(runs) < 0.9
    assert choose_lines(paths[:1], rng)[0] == paths[0]
