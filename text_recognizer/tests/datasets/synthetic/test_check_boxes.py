import numpy as np
import pytest

from text_recognizer.datasets.synthetic.check_boxes import CHECK_BOXES, draw_check_box


@pytest.mark.parametrize("seed", range(5))
def test_a_checked_box_has_more_ink_and_an_empty_one_a_blank_middle(seed: int) -> None:
    empty, checked = (
        np.asarray(draw_check_box(box, 20, 2, np.random.default_rng(seed))[0]) > 127 for box in CHECK_BOXES
    )
    assert checked.sum() > empty.sum()
    middle = slice(empty.shape[0] // 2 - 4, empty.shape[0] // 2 + 4)
    assert not empty[middle, middle].any()


def test_it_stands_on_the_base_line() -> None:
    ink, left, top = draw_check_box(CHECK_BOXES[0], 20, 2, np.random.default_rng(0))
    rows = np.flatnonzero((np.asarray(ink) > 127).any(axis=1))
    assert abs(rows[-1] + top) <= 4
    assert left <= 2
