import argparse
import importlib.util
import subprocess
import sys

import pytest

from text_recognizer.cli import fine_tune
from text_recognizer.cli.command import main


def test_what_is_missing_is_said_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name in ("keras", "h5py") else name)
    assert main(["fine-tune", "--data", "own", "--name", "mine"]) == 1
    said = capsys.readouterr().err
    assert "needs keras, h5py" in said
    assert "pip install -e '.[train]'" in said


def test_the_training_runs_in_a_process_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[list[str]] = []

    class Process:
        """One that is interrupted once, and ends."""

        def __init__(self, command: list[str]) -> None:
            started.append(command)
            self._waited = False

        def wait(self) -> int:
            if self._waited:
                return 7
            self._waited = True
            raise KeyboardInterrupt

    monkeypatch.setattr(subprocess, "Popen", Process)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name)
    assert main(["fine-tune", "--data", "a", "--data", "b", "--name", "mine", "--minutes", "2"]) == 7
    module = [sys.executable, "-m", "training.fine_tuning"]
    assert started == [[*module, "--data", "a", "--data", "b", "--name", "mine", "--minutes", "2.0"]]


def test_options_left_out_are_not_passed() -> None:
    parser = argparse.ArgumentParser()
    fine_tune.add_arguments(parser)
    args = parser.parse_args(["--data", "a", "--name", "mine"])
    assert fine_tune.command(args)[3:] == ["--data", "a", "--name", "mine"]
