import numpy as np
import pytest

from text_recognizer.images.ink import ink_map
from text_recognizer.preprocessing.writing import writing_ink
from text_recognizer.tests.preprocessing.test_paper_rules import with_rules, writing


def test_writing_on_blank_paper_is_its_ink_map() -> None:
    image = np.round(255 - 255 * writing()).astype(np.uint8)
    assert (writing_ink(image) == ink_map(image)).all()


@pytest.mark.parametrize("light_on_dark", [False, True])
def test_rules_of_the_paper_are_no_writing(light_on_dark: bool) -> None:
    blank = np.zeros((400, 900), np.float32)
    ruled, _ = with_rules(blank, 2, 0.8)
    image = np.round(255 - 255 * ruled).astype(np.uint8)
    assert ink_map(255 - image if light_on_dark else image).any()
    assert not writing_ink(255 - image if light_on_dark else image).any()
