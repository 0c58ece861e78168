"""Runs are exported here on TensorFlow, and by a process on TensorFlow where Keras runs on something else."""

import subprocess
from pathlib import Path
from typing import Any

import keras
import pytest

from text_recognizer.errors import ArtifactError
from text_recognizer.files import write_json
from text_recognizer.tooling.data_root import set_mirror
from training.config import ExperimentConfig
from training.export import anywhere
from training.export.anywhere import export_best

RUN = {"dataset": "BarLines", "model": "LineModelCtc", "network": "line_conv_ctc"}


class Processes:
    """Stands for what `subprocess.run` would start."""

    def __init__(self) -> None:
        self.status, self.words, self.environments = 0, list[list[str]](), list[dict[str, str]]()

    def run(self, command: list[str], env: dict[str, str], **_: Any) -> subprocess.CompletedProcess[str]:
        self.words.append(command[1:])
        self.environments.append(env)
        return subprocess.CompletedProcess(command, self.status)


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> Processes:
    """The processes that JAX has export."""
    found = Processes()
    monkeypatch.setattr(keras.backend, "backend", lambda: "jax")
    monkeypatch.setattr(subprocess, "run", found.run)
    return found


def test_what_jax_has_trained_is_exported_by_a_process_on_tensorflow(
    tmp_path: Path, processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    set_mirror(tmp_path)
    try:
        assert export_best(tmp_path, "mine", tmp_path / "weights") == tmp_path / "weights" / "mine"
    finally:
        set_mirror(None)
    folders = [str(tmp_path), "--weights-dir", str(tmp_path / "weights")]
    assert processes.words == [["-m", "training.export.from_run", *folders, "--name", "mine", "--force"]]
    (environment,) = processes.environments
    assert environment["KERAS_BACKEND"] == "tensorflow"
    assert environment["CUDA_VISIBLE_DEVICES"] == "-1"
    assert environment["TEXT_RECOGNIZER_MIRROR"] == str(tmp_path)


def test_an_average_says_where_its_start_is(tmp_path: Path, processes: Processes) -> None:
    write_json(tmp_path / "config.json", ExperimentConfig.from_dict(RUN).to_dict())
    folder = export_best(tmp_path, weights_dir=tmp_path, force=False, average=True, starts=tmp_path / "s")
    assert folder == tmp_path / "LineModelCtc_BarLines_line_conv_ctc"
    words = ["-m", "training.export.average", str(tmp_path), "--weights-dir", str(tmp_path)]
    assert processes.words == [[*words, "--starts", str(tmp_path / "s")]]


def test_a_process_that_fails_is_an_error_with_the_command(tmp_path: Path, processes: Processes) -> None:
    processes.status = 1
    with pytest.raises(ArtifactError, match="KERAS_BACKEND=tensorflow python -m training.export.from_run"):
        export_best(tmp_path, "mine", tmp_path)


def test_tensorflow_exports_in_this_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[Any] = []
    monkeypatch.setattr(anywhere, "export_run", lambda *words, **how: calls.append((words, how)))
    monkeypatch.setattr(anywhere, "average_run", lambda *words, **how: calls.append((words, how)))
    monkeypatch.setattr(keras.backend, "backend", lambda: "tensorflow")
    export_best(tmp_path, "mine", tmp_path)
    export_best(tmp_path, "mine", tmp_path, force=False, average=True)
    places = (tmp_path, "mine", tmp_path)
    assert calls == [(places, {"force": True}), (places, {"starts": None, "force": False})]
