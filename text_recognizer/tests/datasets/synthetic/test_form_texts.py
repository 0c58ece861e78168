"""Texts of forms and letters."""

import re

import numpy as np
import pytest

from text_recognizer.datasets.synthetic.form_texts import form_text
from text_recognizer.datasets.synthetic.line_texts import CROSSED_OUT
from text_recognizer.vocabulary import LINE_CHARACTERS


@pytest.mark.slow
def test_form_texts_have_all_digits_capitals_and_most_signs() -> None:
    text = " ".join(form_text(np.random.default_rng(seed), 40) for seed in range(3000))
    missing = set(LINE_CHARACTERS) - set(text)
    assert missing <= {CROSSED_OUT}
    assert set(text) <= set(LINE_CHARACTERS)


@pytest.mark.slow
@pytest.mark.parametrize(
    "form",
    [
        r"0\d:[0-5]\d",  # a time with a leading zero
        r"0\d\.[0-5]\d",
        r"\d\d:\d\d:\d\d",
        r"[0-3]\d\.[01]\d\.(19|20)\d\d",
        r"[0-3]\d/[01]\d/(19|20)\d\d",
        r"\d{5}",
        r"\d{5}-\d{4}",
        r"[A-Z]{1,2}\d{1,2} \d[A-Z]{2}",  # SW1 2AB
        r"[A-Z]\d[A-Z] \d[A-Z]\d",  # K1A 0B1
        r"\d{4} [A-Z]{2}",
        r"\d{1,3},\d{3}\.\d\d",
    ],
)
def test_form_texts_write_dates_times_and_post_codes_as_forms_do(form: str, texts: list[str]) -> None:
    assert any(re.fullmatch(form, text) for text in texts)


@pytest.fixture(scope="module")
def texts() -> list[str]:
    return [form_text(np.random.default_rng(seed), 1) for seed in range(6000)]


@pytest.mark.parametrize("length", [1, 20, 80])
def test_form_texts_are_about_as_long_as_wanted(length: int) -> None:
    lengths = [len(form_text(np.random.default_rng(seed), length)) for seed in range(200)]
    assert min(lengths) >= 1
    assert abs(np.mean(lengths) - length) < 14
