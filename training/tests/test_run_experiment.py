"""The command: where runs go, what it answers to nonsense."""

import json
import sys
from pathlib import Path

import pytest

from training import run_experiment
from training.config import ExperimentConfig
from training.run_folder import default_run_dir

CONFIG = {"dataset": "BarLines", "model": "LineModelCtc", "network": "line_conv_ctc"}


def test_runs_are_never_overwritten_and_resume_finds_the_newest(tmp_path: Path) -> None:
    config = ExperimentConfig.from_dict(CONFIG)
    other = ExperimentConfig.from_dict({**CONFIG, "train_args": {"epochs": 3}})
    for stamp in ("20200101-000000", "20210101-000000"):
        name = default_run_dir(config, False, tmp_path).name
        folder = tmp_path / (name.rsplit("_", 1)[0] + "_" + stamp)
        folder.mkdir()
        (folder / "config.json").write_text("{}")
    assert default_run_dir(config, True, tmp_path).name.endswith("20210101-000000")
    assert not default_run_dir(config, False, tmp_path).exists()
    assert not default_run_dir(other, True, tmp_path).exists(), "another experiment is another run"


def test_errors_are_one_line_and_status_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = json.dumps({**CONFIG, "netwrok_args": {}})
    monkeypatch.setattr(sys, "argv", ["run_experiment.py", bad, "--run-dir", str(tmp_path / "run")])
    assert run_experiment.main() == 1
    assert not (tmp_path / "run").exists()
