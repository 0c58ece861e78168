import io
import os
import sys
from pathlib import Path

import pytest

from text_recognizer.cli.reporting import (
    StdoutError,
    UnprintableError,
    complain,
    emit,
    on_one_line,
    prepare_streams,
    settle_stdout,
)

Capture = pytest.CaptureFixture[str]
full_device = pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a full device")
STRANGE = os.fsdecode(b"\xff\xfe.png")  # a name that is no text in UTF-8


def stream(monkeypatch: pytest.MonkeyPatch, name: str, encoding: str) -> io.BytesIO:
    """Put a stream of this encoding in place of stdout or stderr; return what lies below it."""
    below = io.BytesIO()
    monkeypatch.setattr(sys, name, io.TextIOWrapper(below, encoding))
    return below


def test_messages_are_one_line_on_stderr(capsys: Capture) -> None:
    complain("two\nlines  of\ttext")
    assert capsys.readouterr() == ("", "text-recognizer: two lines of text\n")


def test_control_characters_in_messages_are_escaped(capsys: Capture) -> None:
    complain("a\x1b[31mred\x07.png")
    assert capsys.readouterr().err == "text-recognizer: a\\x1b[31mred\\x07.png\n"


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_messages_reach_stderr_in_any_encoding(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    below = stream(monkeypatch, "stderr", encoding)
    prepare_streams()
    complain(f"{STRANGE}: Grüße 手")
    assert below.getvalue().startswith(b"text-recognizer: \xff\xfe.png: Gr")
    assert below.getvalue().count(b"\n") == 1


def test_file_names_of_any_bytes_reach_stdout_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    below = stream(monkeypatch, "stdout", "utf-8")
    prepare_streams()
    emit(f"{STRANGE} Grüße")
    assert below.getvalue() == b"\xff\xfe.png Gr\xc3\xbc\xc3\x9fe\n"


def test_what_the_encoding_lacks_is_named_and_nothing_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    below = stream(monkeypatch, "stdout", "ascii")
    prepare_streams()
    with pytest.raises(UnprintableError, match=r"ascii, has no '\\xfc'"):
        emit("first line\nGrüße")
    emit("plain")
    assert below.getvalue() == b"plain\n"


@full_device
def test_a_full_disk_and_a_closed_stdout_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with Path("/dev/full").open("wb", buffering=0) as full:
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(full, write_through=True))
        with pytest.raises(StdoutError, match="No space"):
            emit("text")
    monkeypatch.setattr(sys, "stdout", None)
    with pytest.raises(StdoutError, match="closed"):
        emit("text")


@full_device
def test_what_cannot_be_written_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    with Path("/dev/full").open("wb") as full:
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(full))
        with pytest.raises(StdoutError, match="No space"):
            emit("text")
        settle_stdout()
        sys.stdout.flush()  # as the end of the process does
    monkeypatch.setattr(sys, "stdout", None)
    settle_stdout()


def test_names_on_stdout_end_no_line_and_control_no_terminal() -> None:
    assert on_one_line("a\nb\t\x1b[31m\x9b\u2028.png") == "a\\nb\\t\\x1b[31m\\x9b\\u2028.png"
    usual = f"Bildschirmfoto 9.41\u202fAM – Grüße\xa0{STRANGE}"
    assert on_one_line(usual) == usual


@full_device
def test_a_full_disk_below_stderr_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with Path("/dev/full").open("wb", buffering=0) as full:
        monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(full, write_through=True))
        complain("text")
