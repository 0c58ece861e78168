"""Groups as commands, printed or run."""

import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from training import prepare_experiments
from training.config import ExperimentConfig
from training.prepare_experiments import main

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "training" / "experiments" / "sample.json"
MLP = {"dataset": "EmnistDataset", "model": "CharacterModel", "network": "mlp"}

# Plays run_experiment.py: ends with the seed as its status, is killed where that is 9; may wait for a second.
EXPERIMENT = """
import json, os, pathlib, signal, sys, time
gpu, experiment, *options = sys.argv[1:]
seed = json.loads(experiment)["train_args"]["seed"]
print(gpu, options, seed, flush=True)
folder = pathlib.Path(__file__).parent
(folder / f"{seed}.started").touch()
if "--together" in options:
    while len(list(folder.glob("*.started"))) < 2:
        time.sleep(0.02)
if seed == 9:
    os.kill(os.getpid(), signal.SIGKILL)
sys.exit(seed)
"""


@pytest.fixture
def group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of experiments that would end with status 0, 3, killed, and 0 but for their seeds."""
    script = tmp_path / "run_experiment.py"
    script.write_text(EXPERIMENT)
    monkeypatch.setattr(prepare_experiments, "RUN_EXPERIMENT", script)
    file = tmp_path / "group.json"
    file.write_text(json.dumps({"experiments": [{**MLP, "grid": {"train_args.seed": [3, 9, 0]}}]}))
    return file


def test_sample_is_the_three_runs_of_2019(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    assert main([str(SAMPLE), "-o", "train_args.epochs=1", "--", "--save"]) == 0
    commands = [shlex.split(line) for line in capsys.readouterr().out.splitlines()]
    assert {tuple(command[:3]) for command in commands} == {
        ("python", "training/run_experiment.py", "--gpu=-1")
    }
    assert {tuple(command[4:]) for command in commands} == {("--save",)}
    configs = [ExperimentConfig.from_text(command[3]) for command in commands]
    assert [(c.network, c.network_args, c.train_args.batch_size) for c in configs] == [
        ("mlp", {"num_layers": 2}, 256),
        ("mlp", {"num_layers": 4}, 256),
        ("lenet", {}, 128),
    ]
    assert {(c.experiment_group, c.train_args.epochs) for c in configs} == {("Sample Experiments", 1)}


def test_commands_are_safe_for_a_shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "group.json"
    name = 'it\'s $HOME; `x` "y"'
    file.write_text(json.dumps({"experiment_group": name, "experiments": [MLP]}))
    assert main([str(file), "--gpu", "1"]) == 0
    line = capsys.readouterr().out.replace("python ", "printf '%s\\n' ", 1)
    said = subprocess.run(
        ["bash", "-c", line], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert said[1] == "--gpu=1"
    assert json.loads(said[2]) == {"experiment_group": name, **MLP}


def test_an_unfit_experiment_prints_no_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "group.json"
    file.write_text(json.dumps({"experiments": [MLP, {**MLP, "train_args": {"epochs": 0}}]}))
    assert main([str(file)]) == 1
    assert main([str(SAMPLE), "-o", "train_args.epoch=1"]) == 1
    assert main([str(SAMPLE), "--run", "-j", "0"]) == 1
    assert capsys.readouterr().out == ""
    assert "--jobs >= 1" in caplog.text


def test_all_are_run_and_the_failed_are_told(group: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    assert main([str(group), "--run", "--gpu=0", "--", "--save"]) == 1
    assert "[1] --gpu=0 ['--save'] 3" in caplog.messages
    ends = [message for message in caplog.messages if " after " in message]
    assert [end.partition(" after ")[0] for end in ends] == [
        "[1] exit status 3",
        "[2] killed by SIGKILL",
        "[3] exit status 0",
    ]
    assert json.loads(ends[2].partition(": ")[2])["train_args"]["seed"] == 0
    assert caplog.messages[-1] == "1 of 3 experiments succeeded"


def test_several_run_at_once(group: Path) -> None:
    group.write_text(json.dumps({"experiments": [{**MLP, "grid": {"train_args.seed": [0, 1]}}]}))
    assert main([str(group), "--run", "-j", "2", "--", "--together"]) == 1  # alone, the first would never end


def test_success_is_status_0(group: Path) -> None:
    group.write_text(json.dumps({"experiments": [{**MLP, "train_args": {"seed": 0}}]}))
    assert main([str(group), "--run"]) == 0


def test_commands_are_made_without_keras() -> None:
    code = "import sys, training.prepare_experiments; assert not {'keras', 'tensorflow'} & set(sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
