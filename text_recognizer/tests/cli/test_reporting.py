import pytest

from text_recognizer.cli.reporting import complain


def test_messages_are_one_line_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    complain("two\nlines  of\ttext")
    assert capsys.readouterr() == ("", "text-recognizer: two lines of text\n")
