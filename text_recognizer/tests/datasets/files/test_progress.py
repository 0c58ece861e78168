"""The progress bar."""

import pytest

from text_recognizer.datasets.files.progress import progress


def test_all_items_come_and_nothing_is_written_where_nobody_watches(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert list(progress(iter("abc"), "letters", total=3)) == ["a", "b", "c"]
    assert list(progress([], "nothing")) == []
    assert capsys.readouterr().err == ""
