import subprocess
import sys
from pathlib import Path

import pytest

from text_recognizer import __version__
from text_recognizer.cli import recognize
from text_recognizer.cli.command import main
from text_recognizer.line_predictor import DEFAULT_LINE_MODEL
from text_recognizer.tests.repository import ROOT

Capture = pytest.CaptureFixture[str]


def test_ctrl_c_is_one_line_and_status_130(
    pages: list[str], monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(recognize, "load_image", interrupted)
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
