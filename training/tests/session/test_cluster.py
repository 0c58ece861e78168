"""One network on several devices: four virtual ones, and two processes; needs the extra jax.

STEPS=50 compares as many steps, as the figure in docs/scaling.md did.
"""

import argparse
import csv
import importlib.util
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from text_recognizer.errors import ConfigError
from training.runs import HISTORY, METRICS
from training.session.cluster import Cluster, add_cluster_arguments, prepare

ROOT = Path(__file__).parents[3]
STEPS = int(os.environ.get("STEPS", "4"))
EPOCHS = STEPS // 2

needs_jax = pytest.mark.skipif(
    importlib.util.find_spec("jax") is None, reason="needs jax: pip install -e '.[train,jax]'"
)

# Read by Python at its start, also in the processes that export.
SITE = """
from text_recognizer.datasets import DATASETS
from training.tests.conftest import BarCharacters
DATASETS["BarCharacters"] = BarCharacters
"""
STAGES = [
    {},
    {"train_args": {"learning_rate": 0.002, "teachers": ["stage1"]}, "average": True},
    {"train_args": {"learning_rate": 0.001}},
]


def options(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_cluster_arguments(parser)
    parser.add_argument("--run-dir", type=Path)
    return parser.parse_args(words)


def test_options_name_one_process_all_devices_or_several_processes() -> None:
    assert not Cluster.of_options(options()).distributed
    assert Cluster.of_options(options("--devices", "all")) == Cluster(all_devices=True)
    several = ["--coordinator", "a:1", "--num-processes", "3", "--process-id", "2", "--run-dir", "x"]
    cluster = Cluster.of_options(options(*several))
    assert cluster == Cluster("a:1", 3, 2, True)
    assert cluster.several
    assert not cluster.main


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--coordinator", "a:1"], "all three or none"),
        (["--coordinator", "a:1", "--num-processes", "2", "--process-id", "2"], "from 0 to 1; received 2"),
        (["--coordinator", "a:1", "--num-processes", "2", "--process-id", "1"], "one --run-dir"),
    ],
)
def test_options_that_do_not_fit(words: list[str], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        Cluster.of_options(options(*words))


def test_without_jax_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ConfigError, match=r"\[train,jax\]"):
        prepare(Cluster(all_devices=True))


def test_another_backend_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: True)
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    with pytest.raises(ConfigError, match="need the backend jax of Keras; KERAS_BACKEND is 'tensorflow'"):
        prepare(Cluster(all_devices=True))


def start(
    folder: Path, *words: str, devices: int = 1, epochs: int = EPOCHS, stages: Sequence[Any] = ()
) -> subprocess.Popen[str]:
    """Start a process that trains on bars, in two steps an epoch."""
    site = folder.parent / "site"
    if not site.is_dir():
        site.mkdir()
        (site / "sitecustomize.py").write_text(SITE)
    experiment = {
        "dataset": "BarCharacters", "model": "CharacterModel", "network": "mlp",
        "network_args": {"layer_size": 16, "num_layers": 2, "dropout_amount": 0.0},
        "train_args": {"batch_size": 4, "epochs": epochs, "learning_rate": 0.003, "schedule": "constant",
                       "augment": True, "ema": 0.9},
        "stages": stages,
    }  # fmt: skip
    environment = {
        **os.environ, "PYTHONPATH": os.pathsep.join([str(site), str(ROOT), os.environ.get("PYTHONPATH", "")]),
        "KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu",
        "XLA_FLAGS": f"--xla_force_host_platform_device_count={devices}",
    }  # fmt: skip
    command = [sys.executable, "-m", "training.run_experiment", json.dumps(experiment)]
    command += ["--run-dir", str(folder), *words]
    return subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def pair(folder: Path, *words: str, **how: Any) -> list[subprocess.Popen[str]]:
    """Start two processes that train one network."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    cluster = ["--coordinator", f"127.0.0.1:{port}", "--num-processes", "2", *words]
    return [start(folder, *cluster, "--process-id", str(i), **how) for i in range(2)]


def ended(process: subprocess.Popen[str]) -> str:
    """Return the output of a process that must succeed."""
    output, _ = process.communicate(timeout=1800)
    assert process.returncode == 0, output
    return output


def rows(folder: Path) -> list[dict[str, Any]]:
    with (folder / HISTORY).open() as file:
        return [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]


def assert_same_losses(folder: Path, expected: Path) -> None:
    """Compare all losses and metrics of two runs."""
    assert len(rows(folder)) == len(rows(expected)) == EPOCHS
    for row, other in zip(rows(folder), rows(expected), strict=True):
        assert row == pytest.approx(other, abs=1e-4, rel=1e-4)


@pytest.mark.slow
@needs_jax
def test_devices_and_processes_train_like_one(tmp_path: Path) -> None:
    processes = [
        start(tmp_path / "one"),
        start(tmp_path / "four", "--devices", "all", devices=4),
        *pair(tmp_path / "two", epochs=EPOCHS - 1),
    ]
    logs = [ended(process) for process in processes]
    assert "all together train on 4 devices" in logs[1]
    assert all("all together train on 2 devices" in log for log in logs[2:])
    for process in pair(tmp_path / "two", "--resume"):
        assert f"Resumed after {EPOCHS - 1} epochs" in ended(process)
    assert_same_losses(tmp_path / "four", tmp_path / "one")
    assert_same_losses(tmp_path / "two", tmp_path / "one")


def wait_for(file: Path, process: subprocess.Popen[str]) -> None:
    """Wait until a process has written a file."""
    deadline = time.monotonic() + 1800
    while not file.is_file():
        assert time.monotonic() < deadline
        assert process.poll() is None, process.communicate()[0]
        time.sleep(0.1)


@pytest.mark.slow
@needs_jax
def test_stages_are_trained_by_devices_and_processes_as_by_one(tmp_path: Path) -> None:
    one = start(tmp_path / "one", stages=STAGES)
    four = start(tmp_path / "four", "--devices", "all", devices=4, stages=STAGES)
    cut = pair(tmp_path / "two", stages=STAGES)
    wait_for(tmp_path / "two" / "stage2" / HISTORY, cut[0])
    for process in cut:
        process.kill()
        process.communicate()
    assert not (tmp_path / "two" / "stage3" / METRICS).exists()
    for process in (one, four):
        ended(process)
    first, second = [ended(process) for process in pair(tmp_path / "two", "--resume", stages=STAGES)]
    assert "Stage 1 of 3 has ended before" in first
    assert "Exported to" in first
    assert "Exported to" not in second
    for name in ("four", "two"):
        for stage in ("stage1", "stage2", "stage3"):
            assert_same_losses(tmp_path / name / stage, tmp_path / "one" / stage)
        assert sorted(path.name for path in (tmp_path / name / "weights").iterdir()) == ["stage1", "stage2"]


@pytest.mark.slow
@needs_jax
def test_a_killed_process_ends_the_others_with_a_message(tmp_path: Path) -> None:
    killed, other = pair(tmp_path / "run", epochs=10_000)[::-1]
    wait_for(tmp_path / "run" / HISTORY, other)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    output, _ = other.communicate(timeout=600)
    assert other.returncode != 0
    assert re.search(r"Process 0 of 2 ends: .*Start all of them again with --resume", output), output
