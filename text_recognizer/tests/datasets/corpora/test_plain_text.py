"""Typographic characters by those of a typewriter."""

import pytest

from text_recognizer.datasets.corpora.plain_text import plain_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\u201cIt\u2019s\u201d", '"It\'s"'),
        ("\u00abso\u00bb \u2013 or \u2014 so\u2026", '"so" - or - so...'),
        ("soft\u00adhyphen, zero\u200bwidth, \ufeffmark", "softhyphen, zerowidth, mark"),
        (" one\n two\tthree ", "one two three"),
        ("caf\u00e9", "caf\u00e9"),
        ("", ""),
    ],
)
def test_plain_text(text: str, expected: str) -> None:
    assert plain_text(text) == expected
