"""The manual page has every command and option, and man shows it without a complaint."""

import shutil
import subprocess

import pytest

from text_recognizer.cli.command import main

Capture = pytest.CaptureFixture[str]


def page(capsys: Capture) -> str:
    assert main(["man"]) == 0
    return capsys.readouterr().out


def test_it_has_every_part(capsys: Capture) -> None:
    text = page(capsys)
    for part in ("NAME", "SYNOPSIS", "COMMANDS", "EXIT STATUS", "EXAMPLES"):
        assert f"\n.SH {part}\n" in text
    for command in ("recognize", "words", "models", "doctor", "completion", "man"):
        assert f"\n.SS {command}\n" in text
    assert r"\fB\-o\fR, \fB\-\-output\fR \fIDIR\fR" in text
    assert "text\\-recognizer recognize letter.jpg\n" in text


@pytest.mark.process
@pytest.mark.skipif(shutil.which("man") is None, reason="man is not installed")
def test_man_shows_it(capsys: Capture) -> None:
    command = ["man", "--warnings", "-l", "-"]
    process = subprocess.run(command, input=page(capsys), capture_output=True, text=True, check=True)
    assert process.stderr == ""
    assert "--resume" in process.stdout
