"""The command: where runs go, what it answers to nonsense."""

import json
import logging
import os
import re
import signal
import subprocess
import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from training import run_experiment
from training.config import ExperimentConfig

ROOT = Path(__file__).parents[2]
CONFIG = {"dataset": "BarLines", "model": "LineModelCtc", "network": "line_conv_ctc"}


def test_errors_are_one_line_and_status_1(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    bad = json.dumps({**CONFIG, "netwrok_args": {}})
    assert run_experiment.main([bad, "--run-dir", str(tmp_path / "run")]) == 1
    assert len(caplog.messages) == 1
    assert not (tmp_path / "run").exists()


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> list[tuple[ExperimentConfig, Namespace]]:
    """What the command would have trained."""
    calls: list[tuple[ExperimentConfig, Namespace]] = []
    monkeypatch.setattr(run_experiment, "train", lambda *call: calls.append(call))
    return calls


def test_overrides_change_the_experiment(trained: list[tuple[ExperimentConfig, Namespace]]) -> None:
    words = [
        "-o",
        "train_args.epochs=3",
        "-o",
        "network_args.stage_filters=[8, 16]",
        "-o",
        "experiment_group=a b",
    ]
    assert run_experiment.main([json.dumps(CONFIG), *words]) == 0
    config = trained[0][0]
    assert config.train_args.epochs == 3
    assert config.network_args == {"stage_filters": [8, 16]}
    assert config.experiment_group == "a b"
    assert config.dataset == "BarLines"


def test_init_from_is_part_of_the_experiment(trained: list[tuple[ExperimentConfig, Namespace]]) -> None:
    assert run_experiment.main([json.dumps(CONFIG), "--init-from", "model"]) == 0
    assert trained[0][0].train_args.init_from == "model"


def test_sigterm_ends_the_command_with_status_0(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    left: list[int] = []
    monkeypatch.setattr(run_experiment, "train", lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    monkeypatch.setattr(run_experiment, "leave", left.append)
    with caplog.at_level(logging.INFO):
        run_experiment.main([json.dumps(CONFIG)])
    assert left == [0]
    assert "Stopped by SIGTERM: what was trained is saved, --resume continues it" in caplog.text


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("train_args.epoch=3", r"train_args among .*'epochs'.*received \['epoch'\]"),
        ("netwrok=mlp", r"experiment among .*'network'.*received \['netwrok'\]"),
        ("train_args.epochs=0", "epochs is 0; expected a whole number >= 1"),
        ("train_args.epochs", "KEY=VALUE"),
    ],
)
def test_overrides_that_do_not_fit(
    trained: list[tuple[ExperimentConfig, Namespace]],
    caplog: pytest.LogCaptureFixture,
    override: str,
    message: str,
) -> None:
    assert run_experiment.main([json.dumps(CONFIG), "-o", override]) == 1
    assert re.search(message, caplog.text)
    assert not trained


def test_a_gpu_is_held_and_shown_alone_before_keras_is_imported(
    trained: list[tuple[ExperimentConfig, Namespace]],
    fake_gpus: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fake_gpus("0, GPU-aa, 4000, 4096, 0", "3, GPU-bb, 10, 4096, 0")
    for name in ("CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER"):
        monkeypatch.setenv(name, "")  # so that both are put back
        monkeypatch.delenv(name)
    assert run_experiment.main([json.dumps(CONFIG)]) == 0
    assert "CUDA_VISIBLE_DEVICES" not in os.environ
    assert run_experiment.main([json.dumps(CONFIG), "--gpu=-1"]) == 0
    assert (os.environ["CUDA_VISIBLE_DEVICES"], os.environ["CUDA_DEVICE_ORDER"]) == ("3", "PCI_BUS_ID")


def test_no_gpu_is_the_cpu_for_the_first_free_and_an_error_for_a_certain_one(
    trained: list[tuple[ExperimentConfig, Namespace]],
    fake_gpus: Callable[..., Path],
    caplog: pytest.LogCaptureFixture,
) -> None:
    fake_gpus()
    with caplog.at_level(logging.INFO):
        assert run_experiment.main([json.dumps(CONFIG), "--gpu", "-1"]) == 0
    assert "No GPU to choose from" in caplog.text
    assert len(trained) == 1
    assert run_experiment.main([json.dumps(CONFIG), "--gpu", "0"]) == 1
    assert run_experiment.main([json.dumps(CONFIG), "--gpu", "-2"]) == 1
    assert len(trained) == 1


def test_the_command_is_loaded_without_keras() -> None:
    code = "import sys, training.run_experiment; assert not {'keras', 'tensorflow'} & set(sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_training_gets_its_callbacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[Any] = []

    def run(config: ExperimentConfig, run_dir: Path, **how: Any) -> dict[str, Any]:
        calls.append({"run_dir": run_dir, **how})
        return {"best": {}}

    monkeypatch.setattr("training.stages.run", run)
    monkeypatch.setattr(
        "training.export.anywhere.export_best", lambda *args, **how: calls.append((*args, how))
    )
    monkeypatch.setitem(sys.modules, "wandb", ModuleType("wandb"))
    words = [json.dumps(CONFIG), "--run-dir", str(tmp_path), "--resume", "--log-to", "wandb", "--save"]
    assert run_experiment.main([*words, "--name", "N"]) == 0
    assert (calls[0]["run_dir"], calls[0]["resume"]) == (tmp_path, True)
    assert [type(callback).__name__ for callback in calls[0]["callbacks"]] == [
        "GPUUtilizationSampler",
        "WandbLogger",
    ]
    assert calls[1] == (tmp_path, "N", {"force": False, "average": False})
    assert run_experiment.main([*words, "--average", "--force"]) == 0
    assert calls[3] == (tmp_path, None, {"force": True, "average": True})


@pytest.fixture
def untrained(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails if anything is trained."""
    monkeypatch.setattr("training.stages.run", lambda *_, **__: pytest.fail("it was trained"))


@pytest.mark.usefixtures("untrained")
def test_a_toy_does_not_replace_a_shipped_model(caplog: pytest.LogCaptureFixture) -> None:
    toy = {"dataset": "EmnistDataset", "model": "CharacterModel", "network": "lenet"}
    assert run_experiment.main([json.dumps(toy), "--save", "-o", "train_args.epochs=1"]) == 1
    assert "CharacterModel_EmnistDataset_lenet was trained with other values" in caplog.text
    assert "--name NAME" in caplog.text


@pytest.mark.usefixtures("untrained")
@pytest.mark.parametrize("option", ["--gpu=-1", "--gpu=0"])
def test_a_gpu_that_the_framework_cannot_see_is_an_error(
    fake_gpus: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    option: str,
) -> None:
    fake_gpus("0, GPU-aa, 100, 81559, 0")
    for name in ("CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER"):
        monkeypatch.setenv(name, "")  # so that both are put back
        monkeypatch.delenv(name)
    assert run_experiment.main([json.dumps(CONFIG), option]) == 1
    assert re.search(r"GPU 0 is held .* sees no GPU .*\[gpu\]", caplog.text)


def test_overrides_reach_every_stage() -> None:
    stages = [{"train_args": {"epochs": 9}}, {"train_args": {"epochs": 8, "seed": 1}}]
    config = ExperimentConfig.from_dict({**CONFIG, "stages": stages})
    changed = run_experiment.overridden(config, {"train_args.epochs": 1, "train_args.init_from": "a"})
    assert [stage.config.train_args.epochs for stage in changed.expanded()] == [1, 1]
    assert [stage.config.train_args.init_from for stage in changed.expanded()] == ["a", None]


@pytest.mark.parametrize("option", [["--name", "N"], ["--average"]])
def test_what_is_said_of_the_export_needs_one(option: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run_experiment.main([json.dumps(CONFIG), *option])
    assert "expected --save" in capsys.readouterr().err
