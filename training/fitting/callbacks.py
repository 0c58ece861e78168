"""What happens between the training steps: validation, checkpoints, history, progress.

```python
from pathlib import Path

import keras
import numpy as np

from text_recognizer.datasets.dataset import Split
from text_recognizer.models.character_model import CharacterModel
from training.fitting.callbacks import Progress, ValidateAndCheckpoint
from training.fitting.training_model import TrainingModel

network = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(62)])
model = CharacterModel(network)
trained = TrainingModel(network, model.loss)
trained.compile("sgd", run_eagerly=True)
split = Split(["a", "b"], np.zeros((2, 28, 28), np.uint8), [10, 11])
checkpoints = ValidateAndCheckpoint(model, trained, trained.optimizer, split, Path(folder), patience=None)
images, targets = model.images_to_array(split.images), model.targets_to_array(split.images, split.targets)
trained.fit(images, targets, verbose=0, callbacks=[checkpoints, Progress(batch_size=2)])
print(checkpoints.best)
```
"""

import csv
import logging
import math
import time
from pathlib import Path
from typing import Any

import keras

from text_recognizer.datasets.dataset import Split
from text_recognizer.files import replacing
from text_recognizer.models.base import Model
from training.fitting.checkpoints import load_checkpoint, save_checkpoint, saving
from training.fitting.shards import Shards, undistributed
from training.fitting.training_model import TrainingModel
from training.runs import HISTORY
from training.session.stopping import DeferredStop

logger = logging.getLogger(__name__)

LAST, BEST = "last.npz", "best.npz"
SAVE_INTERVAL_S = 300.0  # what a killed run loses at most, beside the step that runs


class ValidateAndCheckpoint(keras.callbacks.Callback):
    """Scores the validation split after each epoch, keeps the best epoch, saves everything to resume.

    `last.npz` holds all variables of network, training and optimizer, the history and how far the epoch has
    come; it is written every few minutes and after each epoch, before and after validation. `best.npz` holds
    the variables of the network, averaged if an average is kept, at the best value of the model's monitor;
    `history.csv` one row per epoch.
    """

    def __init__(
        self,
        model: Model,
        trained: TrainingModel,
        optimizer: keras.optimizers.Optimizer,
        validation: Split,
        run_dir: Path,
        patience: int | None,
        stop: DeferredStop | None = None,
    ) -> None:
        """Watch a training from its beginning.

        Args:
            model: Scores the validation split; its network gets the weights of the trained one, unless it is
                that.
            trained: What Keras trains: a network and what its training adds.
            optimizer: Whose variables a checkpoint needs, too.
            validation: The validation split.
            run_dir: Folder of the run.
            patience: Epochs without a better value of the monitor before training stops; None = never.
            stop: Holds signals back until the step that runs has been saved; None for none.
        """
        super().__init__()
        self._stop, self._shards = stop or DeferredStop(), Shards.current()
        self._saved = time.monotonic()
        self._mean: list[float] | None = None  # state of the metrics of an epoch that goes on
        self._scored, self._validation, self._run_dir, self._patience = model, validation, run_dir, patience
        self._trained, self._optimizer = trained, optimizer
        self.history: list[dict[str, float]] = []

    def resume(self) -> tuple[int, int]:
        """Load `last.npz` into what is trained.

        Returns:
            How many epochs are done, and how many steps of the next one.

        Raises:
            ArtifactError: If it belongs to another network.
        """
        self._optimizer.build(self._trained.trainable_variables)
        state = load_checkpoint(self._run_dir / LAST, self._variables())
        self.history, self._mean = state["history"], state.get("metrics")
        return len(self.history), state.get("step", 0)

    @property
    def best(self) -> dict[str, float]:
        """The row of the history with the best value of the monitor; the earliest of equals."""
        sign = 1 if self._scored.monitor_mode == "min" else -1
        return min(self.history, key=lambda row: sign * row[f"val_{self._scored.monitor}"])

    @property
    def stopped(self) -> bool:
        """Whether the monitor has not become better for too long."""
        rows = len(self.history)
        return self._patience is not None and rows > 0 and rows - self.best["epoch"] >= self._patience

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Go on with the mean loss of an epoch that was cut."""
        if self._mean is not None:
            for variable, value in zip(self._trained.metrics_variables, self._mean, strict=True):
                variable.assign(value)
        self._mean = None

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Save from time to time, and when the process is asked to end."""
        self._stop.hold()
        if self._stop.requested or time.monotonic() - self._saved >= SAVE_INTERVAL_S:
            self._save(batch + 1)
            if self._stop.requested:
                self._stop.release()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Save, validate, and save again."""
        self._save(self.params["steps"])  # to validate may take minutes, in which the epoch could be lost
        self._stop.release()
        with self._trained.averaged_weights():
            self._validate(epoch, logs if logs is not None else {})
        if self._shards.writes:
            write_history(self.history, self._run_dir / HISTORY)
        self._save(0)
        if self.stopped:
            logger.info("Stopped: no better val_%s for %d epochs", self._scored.monitor, self._patience)
            self.model.stop_training = True

    def _save(self, step: int) -> None:
        """Write `last.npz` after `step` steps of the epoch; 0 after its end."""
        if not self._shards.writes:
            return
        metrics = [_number(variable) for variable in self.model.metrics_variables] if step else None
        state = {"history": self.history, "step": step, "metrics": metrics}
        save_checkpoint(self._run_dir / LAST, self._variables(), state)
        self._saved = time.monotonic()

    def _validate(self, epoch: int, logs: dict[str, Any]) -> None:
        """Add a row to the history, and keep the network's weights if it is the best."""
        self._copy_to_scored()
        with undistributed():
            metrics = self._scored.evaluate(self._validation.images, self._validation.targets)
        logs |= {f"val_{name}": value for name, value in metrics.items()}  # so that TensorBoard sees them
        self.history.append({"epoch": epoch + 1, **{name: float(value) for name, value in logs.items()}})
        shown = ", ".join(f"{name} {value:.4g}" for name, value in self.history[-1].items())
        logger.info("%s%s", shown, " (best)" if self.best is self.history[-1] else "")
        if self.best is self.history[-1] and self._shards.writes:
            save_checkpoint(self._run_dir / BEST, self._scored.network.variables, self.history[-1])

    def _copy_to_scored(self) -> None:
        """Give the network that is scored the weights of the one that is trained, if that is another one."""
        scored, trained = self._scored.network, self._trained.network
        if scored is not trained:
            for variable, source in zip(scored.variables, trained.variables, strict=True):
                variable.assign(keras.ops.convert_to_numpy(source))

    def _variables(self) -> list[keras.Variable]:
        own = self._trained.own_variables
        return [*self._trained.network.variables, *own, *self._optimizer.variables]


def _number(variable: keras.Variable) -> float:
    return float(keras.ops.convert_to_numpy(variable))


def write_history(history: list[dict[str, float]], path: Path) -> None:
    """Write one row per epoch as CSV, atomically.

    Raises:
        TrainingError: If the file cannot be written; the old one stays.
    """
    with saving(path), replacing(path) as partial, partial.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(history[0]))
        writer.writeheader()
        writer.writerows(history)


class Progress(keras.callbacks.Callback):
    """Logs loss, samples per second and the time left, every few seconds."""

    def __init__(self, batch_size: int, interval: float = 15.0) -> None:
        """Log every `interval` seconds; `batch_size` converts steps into samples."""
        super().__init__()
        self._batch_size, self._interval = batch_size, interval

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Start the clock."""
        self._started = self._logged = time.monotonic()
        self._steps = 0

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Remember the epoch."""
        self._epoch = epoch

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Count, and log if it is time."""
        self._steps += 1
        now = time.monotonic()
        if now - self._logged < self._interval:
            return
        self._logged = now
        steps, epochs = self.params["steps"], self.params["epochs"]
        rate = self._steps / (now - self._started)
        left = ((epochs - self._epoch) * steps - batch - 1) / rate
        loss = (logs or {}).get("loss", math.nan)
        logger.info(
            "epoch %d/%d, step %d/%d, loss %.4g, %.1f samples/s, %d:%02d:%02d left",
            self._epoch + 1, epochs, batch + 1, steps, loss, rate * self._batch_size,
            left // 3600, left % 3600 // 60, left % 60,
        )  # fmt: skip
