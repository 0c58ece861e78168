"""Words, stdin and limits of the command."""

import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from text_recognizer.cli.batch.inputs import limits_of, read_words, stdin_source
from text_recognizer.errors import InvalidInputError


def test_words_are_letters_and_apostrophes(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_text("Müller, O'Neill's 12 x_y", encoding="utf-8")
    assert read_words(path) == ("Müller", "O'Neill's", "x", "y")
    assert read_words(None) == ()
    path.write_bytes(b"\xff")
    with pytest.raises(InvalidInputError, match="Check --words"):
        read_words(path)


def test_files_may_be_as_large_as_their_pixels_can_take() -> None:
    limits = limits_of(1000)
    assert limits.max_pixels == 1000
    assert 2**20 < limits.max_bytes < 2**20 + 100_000


def test_stdin_is_read_up_to_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = limits_of(10)
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(bytes(limits.max_bytes + 10))))
    content = stdin_source(limits).content
    assert isinstance(content, bytes)
    assert len(content) == limits.max_bytes + 1
    monkeypatch.setattr(sys, "stdin", None)
    assert "closed" in stdin_source(limits).problem
