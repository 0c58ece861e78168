"""Folders of runs: never overwritten, resumed with what a run can change, refused with what it cannot."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from text_recognizer.errors import ConfigError
from training import runs
from training.config import ExperimentConfig
from training.runs import RESUMABLE, check_resumable, differences, flattened, run_folder

CONFIG = {"dataset": "BarLines", "model": "LineModelCtc", "network": "line_conv_ctc"}


def config(**train_args: Any) -> ExperimentConfig:
    return ExperimentConfig.from_dict({**CONFIG, "train_args": train_args})


def begin(experiment: ExperimentConfig, folder: Path, stamp: str = "20200101-000000") -> Path:
    """Leave the configuration of a run under `folder`."""
    run_dir = folder / (run_folder(experiment, None, False, folder).name.rsplit("_", 1)[0] + "_" + stamp)
    run_dir.mkdir(parents=True)
    (run_dir / "config.json").write_text(json.dumps(experiment.to_dict()))
    return run_dir


def test_new_runs_have_new_folders_and_resume_finds_the_newest(tmp_path: Path) -> None:
    begin(config(), tmp_path)
    newest = begin(config(), tmp_path, "20210101-000000")
    assert run_folder(config(), None, True, tmp_path) == newest
    assert not run_folder(config(), None, False, tmp_path).exists()


def test_a_run_with_changes_that_it_can_take_is_resumed_and_they_are_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    begun = begin(config(learning_rate=1e-3, seed=1), tmp_path)
    begin(config(seed=2), tmp_path, "20210101-000000")
    changed = config(learning_rate=1e-4, seed=1, epochs=20)
    with caplog.at_level(logging.INFO):
        assert run_folder(changed, None, True, tmp_path) == begun
    assert "train_args.epochs (16 -> 20), train_args.learning_rate (0.001 -> 0.0001)" in caplog.text


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"seed": 43}, r"train_args\.seed \(42 -> 43\)"),
        ({"batch_size": 8}, r"train_args\.batch_size \(32 -> 8\)"),
        ({"epoch_samples": 100, "learning_rate": 1.0}, r"epoch_samples \(null -> 100\).*learning_rate"),
        ({"augmentation": {"shear": 0.1}}, r"augmentation\.shear \(null -> 0\.1\)"),
    ],
)
@pytest.mark.parametrize("named_by_user", [True, False])
def test_other_changes_are_refused_and_named(
    tmp_path: Path, change: dict[str, Any], named: str, named_by_user: bool
) -> None:
    begun = begin(config(), tmp_path)
    with pytest.raises(ConfigError, match=f"cannot be resumed with other values: .*{named}"):
        check_resumable(config(**change), run_folder(config(**change), begun, True, tmp_path)) if (
            named_by_user
        ) else run_folder(config(**change), None, True, tmp_path)


def test_nothing_to_resume_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        assert not run_folder(config(), None, True, tmp_path).exists()
        run_folder(config(), tmp_path / "named", True, tmp_path)
    assert "no run of LineModelCtc_BarLines_line_conv_ctc to resume" in caplog.text
    assert f"no run to resume in {tmp_path / 'named'}" in caplog.text


def test_a_run_in_a_named_folder_is_not_overwritten(tmp_path: Path) -> None:
    begun = begin(config(), tmp_path)
    with pytest.raises(ConfigError, match="holds a run: resume it"):
        run_folder(config(), begun, False, tmp_path)
    assert run_folder(config(), begun, True, tmp_path) == begun
    assert run_folder(config(), tmp_path / "new", False, tmp_path) == tmp_path / "new"


def test_of_two_committed_experiments_of_one_name_each_resumes_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "EXPERIMENTS", tmp_path / "experiments")
    (tmp_path / "experiments").mkdir()
    teacher, student = config(seed=1), config(seed=2)
    for name, experiment in {"teacher": teacher, "student": student}.items():
        (tmp_path / "experiments" / f"{name}.json").write_text(json.dumps(experiment.to_dict()))
    begun = begin(teacher, tmp_path / "runs")
    assert run_folder(teacher, None, True, tmp_path / "runs") == begun
    assert not run_folder(student, None, True, tmp_path / "runs").exists(), "it has not begun"
    with pytest.raises(ConfigError, match="cannot be resumed"):
        run_folder(config(seed=3), None, True, tmp_path / "runs")


def test_what_a_run_can_change_exists() -> None:
    assert set(flattened(config().to_dict())) > set(RESUMABLE)


def test_differences_name_both_values() -> None:
    assert differences(config(), config()) == {}
    assert differences(config(), config(seed=3)) == {"train_args.seed": (42, 3)}
