import numpy as np
import pytest

from text_recognizer.arrays import LabelMap
from text_recognizer.layout import cutting
from text_recognizer.layout.cutting import cut_out, line_cuts
from text_recognizer.layout.kernels import kernel_map
from text_recognizer.layout.lines import PageLayout, find_lines


def layout_of(labels: LabelMap) -> PageLayout:
    """Return the lines of a page, given as labels (h, w)."""
    return find_lines(kernel_map(labels), 1.0, (labels.shape[0], labels.shape[1]))


def page_of_two() -> LabelMap:
    """Return the labels (h, w) of a line and of one that is more than twice as high."""
    labels = np.zeros((260, 600), np.uint8)
    labels[10:60, 20:280], labels[100:220, 40:560] = 1, 2
    return labels


def test_ordinary_lines_are_cut_out_of_the_page_itself() -> None:
    labels = page_of_two()
    cuts = line_cuts(layout_of(labels))
    assert [cut.factor for cut in cuts] == [1, 1]
    crop = cut_out((labels > 0).astype(np.float32), cuts[0], 0)
    assert crop.ink.sum() == pytest.approx(50 * 260, rel=0.05)


def test_a_high_line_is_cut_out_of_a_reduced_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cutting, "MAX_CROP_HEIGHT_PX", 50)
    labels = page_of_two()
    cuts = line_cuts(layout_of(labels))
    assert [cut.factor for cut in cuts] == [1, 3]
    crop = cut_out((labels > 0).astype(np.float32), cuts[1], 1)
    assert crop.ink.sum() * 9 == pytest.approx(120 * 520, rel=0.1)
    assert cuts[1].left % 3 == 0
