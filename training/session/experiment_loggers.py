"""Weights & Biases and MLflow as callbacks, for those who have them; TensorBoard needs neither.

```python
from pathlib import Path

from training.config import ExperimentConfig
from training.session.experiment_loggers import logger_callbacks

config = ExperimentConfig("EmnistDataset", "CharacterModel", "mlp")
print(logger_callbacks([], config, Path(folder)))  # "wandb" adds a WandbLogger, "mlflow" an MlflowLogger
```
"""

import importlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import keras

from text_recognizer.errors import ConfigError
from training.config import ExperimentConfig
from training.runs import flattened

PROJECT = "text_recognizer"


def logger_callbacks(
    names: Iterable[str], config: ExperimentConfig, run_dir: Path
) -> list[keras.callbacks.Callback]:
    """Return a callback for each of `names` (`wandb`, `mlflow`), once.

    Raises:
        ConfigError: If the package is not installed.
    """
    classes = {"wandb": WandbLogger, "mlflow": MlflowLogger}
    return [classes[name](config, run_dir) for name in dict.fromkeys(names)]


class WandbLogger(keras.callbacks.Callback):
    """One run of Weights & Biases; a resumed run continues there as well."""

    def __init__(self, config: ExperimentConfig, run_dir: Path) -> None:
        """Prepare a run that is named after `run_dir`."""
        super().__init__()
        self._wandb, self._config, self._run_dir = _package("wandb"), config, run_dir

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Open the run."""
        self._run = self._wandb.init(
            project=PROJECT, group=self._config.experiment_group or None, id=self._run_dir.name,
            name=self._run_dir.name, resume="allow", config=self._config.to_dict(), dir=str(self._run_dir),
        )  # fmt: skip

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Send the epoch's metrics."""
        self._run.log(_numbers(logs), step=epoch + 1)

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Close the run."""
        self._run.finish()


class MlflowLogger(keras.callbacks.Callback):
    """One run of MLflow, in the experiment named after the experiment group."""

    def __init__(self, config: ExperimentConfig, run_dir: Path) -> None:
        """Prepare a run that is named after `run_dir`."""
        super().__init__()
        self._mlflow, self._config, self._run_dir = _package("mlflow"), config, run_dir

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Open the run."""
        self._mlflow.set_experiment(self._config.experiment_group or PROJECT)
        self._mlflow.start_run(run_name=self._run_dir.name)
        self._mlflow.log_params(flattened(self._config.to_dict()))

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Send the epoch's metrics."""
        self._mlflow.log_metrics(_numbers(logs), step=epoch + 1)

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Close the run."""
        self._mlflow.end_run()


def _package(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        raise ConfigError(
            f"--log-to {name} needs the package {name}, which is not installed: install it "
            f"(pip install {name}), or leave --log-to out."
        ) from error


def _numbers(logs: Mapping[str, Any] | None) -> dict[str, float]:
    return {name: float(value) for name, value in (logs or {}).items()}
