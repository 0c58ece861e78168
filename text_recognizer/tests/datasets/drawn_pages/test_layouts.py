import numpy as np
import pytest

from text_recognizer.datasets.drawn_pages.layouts import LAYOUTS, LONGER_SIDE_PX
from text_recognizer.datasets.pages.line_labels import paint_labels
from text_recognizer.images.components import connected_components
from text_recognizer.layout.kernels import KERNEL, kernel_map
from text_recognizer.tests.datasets.drawn_pages.toy_desk import toy_desk


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_writes_pages_that_depend_on_the_seed_alone(layout: str) -> None:
    written = 0
    for seed in range(6):
        first, again = (toy_desk().page_of(layout, np.random.default_rng(seed)) for _ in range(2))
        assert max(first.size) == LONGER_SIDE_PX
        assert [(p.x, p.y, p.printed) for p in first.pieces] == [(p.x, p.y, p.printed) for p in again.pieces]
        written += len(first.pieces)
    assert written > 6


def test_pieces_lie_on_the_page_and_hardly_cover_each_other() -> None:
    for seed in range(30):
        page = toy_desk().page(np.random.default_rng(seed))
        height, width = page.size
        covered = np.zeros(page.size, np.int64)
        for piece in page.pieces:
            assert -5 <= piece.x < width
            assert -40 <= piece.y < height
            covered[max(0, piece.y) : piece.bottom, max(0, piece.x) : piece.right] += 1
        assert np.mean(covered > 2) < 0.02


def test_pages_have_print_handwriting_and_columns() -> None:
    pages = [toy_desk().page(np.random.default_rng(seed)) for seed in range(40)]
    kinds = [{piece.printed for piece in page.pieces} for page in pages]
    assert sum(kind == {True, False} for kind in kinds) > 5
    assert sum(kind == {False} for kind in kinds) > 5
    assert any(page.strokes for page in pages)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_kernel_is_of_one_line(layout: str) -> None:
    for seed in range(4):
        page = toy_desk().page_of(layout, np.random.default_rng(seed))
        shape = page.size[0] // 2, page.size[1] // 2
        bands = [piece.band for piece in page.pieces]
        kernels = connected_components(kernel_map(paint_labels(bands, shape, 0.5)) == KERNEL)
        whose = kernels.paint()
        most = np.zeros(kernels.count)
        for band in bands:
            inside = paint_labels([band], shape, 0.5) > 0
            most = np.maximum(most, np.bincount(whose[inside & (whose >= 0)], minlength=kernels.count))
        np.testing.assert_array_equal(most, kernels.areas())
