"""GPUs are shared without collisions, also between processes and over a kill -9."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from text_recognizer.errors import ConfigError
from training.gpu import manager as gpu_manager
from training.gpu.manager import GPUManager

FakeGpus = Callable[..., Path]
Value = TypeVar("Value")

ROOT = Path(__file__).parents[3]
PATIENCE_S = 600  # only ends a test that would hang
TWO = ("0, GPU-aa, 10, 4096, 0", "1, GPU-bb, 10, 4096, 0")

# The command as it is, but for what it trains: it writes down which GPU it sees, and ends when told so.
EXPERIMENT = """
import os, sys, time
from pathlib import Path
from training import run_experiment
from training.gpu import manager as gpu_manager

folder, name, experiment = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
gpu_manager.POLL_SECONDS = 0.05

def write(event):
    with (folder / "events").open("a") as file:
        file.write(f"{event} {name} {os.environ['CUDA_VISIBLE_DEVICES']}\\n")

def train(config, options, cluster, gpu):
    assert not {"keras", "tensorflow"} & set(sys.modules)
    write("start")
    while not (folder / f"finish-{name}").exists():
        time.sleep(0.02)
    write("end")

run_experiment.train = train
sys.exit(run_experiment.main(["--gpu=-1", experiment]))
"""


class Experiments:
    """Processes that run experiments, what they wrote down, and how to end them."""

    def __init__(self, folder: Path, names: str) -> None:
        self.folder = folder
        self.processes = {name: self._start(name) for name in names}

    def _start(self, name: str) -> subprocess.Popen[bytes]:
        experiment = json.dumps({"dataset": "EmnistDataset", "model": "CharacterModel", "network": "mlp"})
        with (self.folder / f"{name}.log").open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-c", EXPERIMENT, str(self.folder), name, experiment],
                stdout=log, stderr=log, env={**os.environ, "PYTHONPATH": str(ROOT)},
            )  # fmt: skip

    def events(self, kind: str) -> list[tuple[str, str]]:
        """Return (name, gpu) of the events of a kind, in order."""
        path = self.folder / "events"
        rows = [row.split() for row in path.read_text().splitlines()] if path.is_file() else []
        return [(name, gpu) for event, name, gpu in rows if event == kind]

    def waiting(self) -> set[str]:
        """Return the names of those that have said that they wait."""
        logs = {name: (self.folder / f"{name}.log").read_text() for name in self.processes}
        return {name for name, log in logs.items() if "Waiting for a free GPU" in log}

    def finish(self, name: str) -> int:
        """Let one end; return its exit status."""
        (self.folder / f"finish-{name}").touch()
        return self.processes[name].wait(timeout=PATIENCE_S)


def until(ready: Callable[[], Value], wanted: Callable[[Value], bool]) -> Value:
    """Wait for a value."""
    end = time.monotonic() + PATIENCE_S
    while not wanted(value := ready()):
        assert time.monotonic() < end, f"still {value}"
        time.sleep(0.02)
    return value


def test_four_experiments_on_two_gpus_one_killed(fake_gpus: FakeGpus, tmp_path: Path) -> None:
    fake_gpus(*TWO)
    experiments = Experiments(tmp_path, "abcd")
    try:
        started = until(lambda: experiments.events("start"), lambda rows: len(rows) == 2)
        assert {gpu for _, gpu in started} == {"0", "1"}, "the first two hold one each"
        waiting = set("abcd") - {name for name, _ in started}
        until(experiments.waiting, waiting.issubset)
        assert experiments.events("start") == started, "the others wait for as long as both are held"

        (killed, its_gpu), (survivor, other_gpu) = started
        experiments.processes[killed].send_signal(signal.SIGKILL)
        assert experiments.processes[killed].wait(timeout=PATIENCE_S) == -signal.SIGKILL
        third = until(lambda: experiments.events("start"), lambda rows: len(rows) == 3)[2]
        assert third[1] == its_gpu, "the killed one's GPU is free again"
        assert third[0] in waiting

        assert experiments.finish(survivor) == 0
        fourth = until(lambda: experiments.events("start"), lambda rows: len(rows) == 4)[3]
        assert fourth == ((waiting - {third[0]}).pop(), other_gpu)
        assert [experiments.finish(name) for name, _ in (third, fourth)] == [0, 0]
        assert {name for name, _ in experiments.events("end")} == set("abcd") - {killed}
    finally:
        for process in experiments.processes.values():
            process.kill()
            process.wait()


def test_a_gpu_is_held_until_it_is_given_back(fake_gpus: FakeGpus, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_gpus(*TWO)
    first, second, third = GPUManager(), GPUManager(), GPUManager()
    assert (first.get_free_gpu(), second.get_free_gpu()) == (0, 1)
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        second.release()

    monkeypatch.setattr(time, "sleep", sleep)
    with third:
        assert third.get_free_gpu() == 1
    assert slept == [gpu_manager.POLL_SECONDS]
    assert second.get_gpu(1) == 1, "given back at the end of the block"
    first.release()
    second.release()


def test_one_gpu_is_waited_for(fake_gpus: FakeGpus, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_gpus(*TWO)
    with GPUManager() as first, GPUManager() as second:
        first.get_gpu(1)
        monkeypatch.setattr(time, "sleep", lambda _: first.release())
        assert second.get_gpu(1) == 1, "although 0 is free"


def test_another_gpu_takes_the_place_of_the_one_held(fake_gpus: FakeGpus) -> None:
    fake_gpus(*TWO)
    with GPUManager() as first, GPUManager() as second:
        assert [first.get_gpu(0), first.get_gpu(1), second.get_gpu(0)] == [0, 1, 0]


def test_a_gpu_busy_for_strangers_is_not_free(fake_gpus: FakeGpus) -> None:
    fake_gpus("0, GPU-aa, 2049, 4096, 0", "1, GPU-bb, 2048, 4096, 0")
    with GPUManager() as manager:
        assert manager.get_free_gpu() == 1
        assert manager.get_gpu(0) == 0, "who names it gets it"


def test_a_started_program_does_not_keep_the_lock(fake_gpus: FakeGpus) -> None:
    fake_gpus(TWO[0])
    with GPUManager() as first, GPUManager() as second:
        first.get_free_gpu()
        with subprocess.Popen(
            [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, close_fds=False
        ) as child:
            assert first._lock is not None
            os.close(first._lock)  # as the kernel does at the end of the process
            first._lock = None
            assert second.get_free_gpu() == 0
            child.communicate(b"\n")


def test_machines_without_gpus(fake_gpus: FakeGpus) -> None:
    fake_gpus()
    assert GPUManager().get_free_gpu() is None
    with pytest.raises(ConfigError, match=r"Expected a GPU among \[\]; received 2"):
        GPUManager().get_gpu(2)


def test_locks_of_a_user_lie_in_a_private_folder(
    fake_gpus: FakeGpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = gpu_manager.user_lock_dir()
    assert folder == gpu_manager.user_lock_dir()
    assert folder.parent.stat().st_mode & 0o777 == 0o700
    monkeypatch.setattr(os, "getuid", lambda: 4242)
    (folder.parents[1] / "text_recognizer-4242").mkdir()
    with pytest.raises(ConfigError, match="to be yours"):
        gpu_manager.user_lock_dir()
