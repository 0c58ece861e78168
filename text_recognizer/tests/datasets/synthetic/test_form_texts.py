"""Texts of forms and letters."""

import numpy as np
import pytest

from text_recognizer.datasets.synthetic.form_texts import form_text
from text_recognizer.datasets.synthetic.line_texts import CROSSED_OUT
from text_recognizer.vocabulary import LINE_CHARACTERS


def test_form_texts_have_all_digits_capitals_and_most_signs() -> None:
    text = " ".join(form_text(np.random.default_rng(seed), 40) for seed in range(3000))
    missing = set(LINE_CHARACTERS) - set(text)
    assert missing <= {CROSSED_OUT}
    assert set(text) <= set(LINE_CHARACTERS)


@pytest.mark.parametrize("length", [1, 20, 80])
def test_form_texts_are_about_as_long_as_wanted(length: int) -> None:
    lengths = [len(form_text(np.random.default_rng(seed), length)) for seed in range(200)]
    assert min(lengths) >= 1
    assert abs(np.mean(lengths) - length) < 14
