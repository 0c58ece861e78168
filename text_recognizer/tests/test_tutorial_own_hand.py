"""docs/tutorial-own-hand.md from end to end: lines are drawn, taught to the shipped model, and read."""

import shlex
from pathlib import Path

import pytest

from api.models import load_models
from text_recognizer.cli.command import main
from text_recognizer.inference.own_models import MODELS_DIR_VARIABLE
from text_recognizer.metrics.text import character_error_rate
from text_recognizer.tests.manual import blocks

PAGE = "docs/tutorial-own-hand.md"

pytestmark = [pytest.mark.keras, pytest.mark.process, pytest.mark.slow]


def test_the_tutorial_reads_in_the_end_what_it_was_taught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(MODELS_DIR_VARIABLE, str(tmp_path / "models"))
    monkeypatch.setenv("TEXT_RECOGNIZER_DATA_ROOT", str(tmp_path / "data"))
    monkeypatch.delenv("TEXT_RECOGNIZER_MIRROR", raising=False)
    monkeypatch.setenv("TEXT_RECOGNIZER_OFFLINE", "1")
    (drawing,) = blocks(PAGE, "python")
    exec(compile(drawing, PAGE, "exec"), {"folder": str(tmp_path)})
    written = capsys.readouterr().out.split("\n")
    said = []
    for block in blocks(PAGE, "sh"):
        program, *arguments = shlex.split(block)
        assert program == "text-recognizer"
        assert main(arguments) == 0
        said.append(capsys.readouterr().out.split("\n"))
    before, _, after = (character_error_rate(["\n".join(text)], ["\n".join(written)]) for text in said)
    assert after < 0.1
    assert after <= before
    assert {"é", "ö", "ñ", "å"} <= set("".join(said[-1]))
    assert "å" in load_models(["mine"], threads=1).reader("line", "mine").model.characters
