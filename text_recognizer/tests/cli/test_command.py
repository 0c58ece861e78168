import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from text_recognizer import __version__
from text_recognizer.cli.command import main
from text_recognizer.documents import reading
from text_recognizer.line_predictor import DEFAULT_LINE_MODEL
from text_recognizer.tests.repository import ROOT

Capture = pytest.CaptureFixture[str]


def test_ctrl_c_is_one_line_and_status_130(
    pages: list[str], monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(reading, "load_image", interrupted)
    assert main(["recognize", pages[0]]) == 130
    assert capsys.readouterr() == ("", "text-recognizer: interrupted\n")


@pytest.mark.parametrize("arguments", [[], ["recognise", "page.png"]])
def test_wrong_command_lines_exit_with_2(arguments: list[str], capsys: Capture) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert capsys.readouterr().err.startswith("usage:")


def test_version(capsys: Capture) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out == f"text-recognizer {__version__}\n"


def test_damaged_model_is_one_line_on_stderr(pages: list[str], weights: Path, capsys: Capture) -> None:
    (weights / DEFAULT_LINE_MODEL / "model.onnx").write_bytes(b"")
    assert main(["recognize", pages[0]]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("text-recognizer: Expected SHA-256")
    assert err.count("\n") == 1


def test_serving_half_imports_no_training_package() -> None:
    script = (
        "import sys, text_recognizer.cli; "
        "print(sorted({name.partition('.')[0] for name in sys.modules} & "
        "{'keras', 'tensorflow', 'h5py', 'onnx', 'tf2onnx', 'scipy', 'flask'}))"
    )
    result = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True)
    assert result.stdout == b"[]\n"


def run(tail: str, *images: bytes, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run the command on images in a shell, whose command line ends with redirections."""
    command = [sys.executable, "-m", "text_recognizer.cli", "recognize", "--decoder", "greedy"]
    return subprocess.run(
        ["sh", "-c", f'"$@" {tail}', "sh", *command, *images],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        check=False,
    )


def faults(process: subprocess.CompletedProcess[bytes]) -> list[bytes]:
    """Return the lines on stderr but for the warning that a page without writing gets."""
    return [
        line for line in process.stderr.splitlines() if not line.endswith(b"No text was found in the image.")
    ]


# APFS accepts no name that is not text, and only Linux has /dev/full.
linux = pytest.mark.skipif(sys.platform != "linux", reason="needs names of any bytes, and a full device")


@pytest.fixture
def line(tmp_path: Path) -> bytes:
    """A page without writing whose name is no text, in any encoding."""
    path = os.fsencode(tmp_path) + b"/\xff\xfe\xc3\xbc.png"
    Image.new("L", (300, 200), 255).save(path)
    return path


@linux
def test_a_full_disk_is_one_line_and_status_1(line: bytes) -> None:
    process = run("--format json > /dev/full", line)
    assert process.returncode == 1
    assert b"stdout cannot be written to: No space left on device. Make room" in process.stderr
    assert len(faults(process)) == 1


@linux
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("arguments", ["--help", "recognize --help"])
def test_help_on_a_full_disk_is_one_line_and_status_1(arguments: str, unbuffered: str) -> None:
    command = f"{sys.executable} -m text_recognizer.cli {arguments} > /dev/full"
    environment = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
    process = subprocess.run(  # noqa: S602
        command, shell=True, cwd=ROOT, env=environment, capture_output=True, check=False
    )
    assert process.returncode == 1
    assert process.stderr.count(b"\n") == 1
    assert b"stdout cannot be written to: No space left on device" in process.stderr


@linux
def test_an_encoding_that_lacks_a_character_is_one_line_and_status_1(line: bytes) -> None:
    process = run("--format json", line, PYTHONIOENCODING="ascii", PYTHONUTF8="0", LC_ALL="C.UTF-8")
    assert process.returncode == 1
    assert process.stdout == b""
    assert len(faults(process)) == 1
    assert b"PYTHONIOENCODING=utf-8" in process.stderr


@linux
def test_names_of_any_bytes_are_printed_and_missing_files_named(line: bytes) -> None:
    process = run("--format json", line, line + b"\x1b[31m.png")
    assert process.returncode == 1
    assert line in process.stdout
    assert len(faults(process)) == 1
    assert b"\xff\xfe" in process.stderr
    assert b"\x1b" not in process.stderr


@linux
def test_closed_streams_are_one_line(line: bytes) -> None:
    assert run(">&-", line).stderr.count(b"\n") == 1
    process = run("- <&-")
    assert process.returncode == 1
    assert process.stderr.startswith(b"text-recognizer: -: stdin is closed. Redirect an image to it")
