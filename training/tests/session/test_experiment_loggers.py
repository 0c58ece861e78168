"""Weights & Biases and MLflow, played by modules that write down what they are asked."""

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import keras
import numpy as np
import pytest

from text_recognizer.errors import ConfigError
from training.config import ExperimentConfig
from training.session.experiment_loggers import logger_callbacks

CONFIG = ExperimentConfig.from_dict(
    {
        "dataset": "EmnistDataset", "dataset_args": {"seed": 3}, "model": "CharacterModel", "network": "mlp",
        "experiment_group": "sizes",
    }
)  # fmt: skip
RUN = Path("some") / "run_1"


class Recorder(ModuleType):
    """A package each of whose functions notes its call; what `init` returns is the package itself."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.calls: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = []

    def __getattr__(self, name: str) -> Any:
        def function(*args: Any, **kwargs: Any) -> "Recorder":
            self.calls.append((name, args, kwargs))
            return self

        return function

    def names(self) -> list[str]:
        """Return what was called."""
        return [name for name, _, _ in self.calls]


def fit(names: list[str]) -> None:
    """Train a tiny network for two epochs."""
    network = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    network.compile("sgd", loss="mse")
    x = np.ones((4, 2), np.float32)
    network.fit(x, x[:, :1], epochs=2, verbose=0, callbacks=logger_callbacks(names, CONFIG, RUN))


def test_none_is_imported_unless_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("wandb", "mlflow"):
        monkeypatch.setitem(sys.modules, name, None)
    assert logger_callbacks([], CONFIG, RUN) == []


@pytest.mark.parametrize("name", ["wandb", "mlflow"])
def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ConfigError, match=f"--log-to {name} needs the package {name}, .*pip install {name}"):
        logger_callbacks([name], CONFIG, RUN)


def test_weights_and_biases(monkeypatch: pytest.MonkeyPatch) -> None:
    wandb = Recorder("wandb")
    monkeypatch.setitem(sys.modules, "wandb", wandb)
    fit(["wandb"])
    assert wandb.names() == ["init", "log", "log", "finish"]
    opened = wandb.calls[0][2]
    assert (opened["group"], opened["id"], opened["resume"]) == ("sizes", "run_1", "allow")
    assert opened["config"] == CONFIG.to_dict()
    assert [kwargs["step"] for _, _, kwargs in wandb.calls[1:3]] == [1, 2]
    assert isinstance(wandb.calls[1][1][0]["loss"], float)


def test_mlflow(monkeypatch: pytest.MonkeyPatch) -> None:
    mlflow = Recorder("mlflow")
    monkeypatch.setitem(sys.modules, "mlflow", mlflow)
    fit(["mlflow", "mlflow"])
    assert mlflow.names() == [
        "set_experiment", "start_run", "log_params", "log_metrics", "log_metrics", "end_run",
    ]  # fmt: skip
    assert mlflow.calls[0][1] == ("sizes",)
    assert mlflow.calls[1][2] == {"run_name": "run_1"}
    parameters = mlflow.calls[2][1][0]
    assert parameters["dataset_args.seed"] == 3
    assert parameters["train_args.epochs"] == 16
    assert mlflow.calls[4][2] == {"step": 2}
