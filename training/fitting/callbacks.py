"""What happens beside the training step: validation, checkpoints, history, progress."""

import csv
import logging
import math
import os
import time
from pathlib import Path
from typing import Any

import keras

from text_recognizer.datasets.dataset import Split
from text_recognizer.models.base import Model
from training.fitting.checkpoints import load_checkpoint, save_checkpoint
from training.fitting.training_model import TrainedNetwork

logger = logging.getLogger(__name__)

LAST, BEST, HISTORY = "last.npz", "best.npz", "history.csv"


class ValidateAndCheckpoint(keras.callbacks.Callback):
    """Scores the validation split after each epoch, keeps the best epoch, saves everything to resume.

    `last.npz` holds all variables of network, training and optimizer and the history; `best.npz` those of the
    network, averaged if an average is kept, at the best value of the model's monitor; `history.csv` one row
    per epoch.
    """

    def __init__(
        self,
        model: Model,
        trained: TrainedNetwork,
        optimizer: keras.optimizers.Optimizer,
        validation: Split,
        run_dir: Path,
        patience: int | None,
    ) -> None:
        """Watch `model`, trained as `trained`; stop after `patience` epochs without a better value."""
        super().__init__()
        self._job, self._validation, self._run_dir, self._patience = model, validation, run_dir, patience
        self._trained, self._optimizer = trained, optimizer
        self.history: list[dict[str, float]] = []

    def resume(self) -> int:
        """Load `last.npz` into what is trained and return the number of epochs already done."""
        self._optimizer.build(self._trained.trainable_variables)
        state = load_checkpoint(self._run_dir / LAST, self._variables())
        self.history = state["history"]
        return len(self.history)

    @property
    def best(self) -> dict[str, float]:
        """The row of the history with the best value of the monitor; the earliest of equals."""
        sign = 1 if self._job.monitor_mode == "min" else -1
        return min(self.history, key=lambda row: sign * row[f"val_{self._job.monitor}"])

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Validate, then save."""
        with self._trained.averaged_weights():
            self._validate(epoch, logs if logs is not None else {})
        write_history(self.history, self._run_dir / HISTORY)
        save_checkpoint(self._run_dir / LAST, self._variables(), {"history": self.history})
        if self._patience is not None and epoch + 1 - self.best["epoch"] >= self._patience:
            logger.info("Stopped: no better val_%s for %d epochs", self._job.monitor, self._patience)
            self.model.stop_training = True

    def _validate(self, epoch: int, logs: dict[str, Any]) -> None:
        """Add a row to the history, and keep the network's weights if it is the best."""
        metrics = self._job.evaluate(self._validation.images, self._validation.targets)
        logs |= {f"val_{name}": value for name, value in metrics.items()}  # so that TensorBoard sees them
        self.history.append({"epoch": epoch + 1, **{name: float(value) for name, value in logs.items()}})
        shown = ", ".join(f"{name} {value:.4g}" for name, value in self.history[-1].items())
        logger.info("%s%s", shown, " (best)" if self.best is self.history[-1] else "")
        if self.best is self.history[-1]:
            save_checkpoint(self._run_dir / BEST, self._job.network.variables, self.history[-1])

    def _variables(self) -> list[keras.Variable]:
        own = self._trained.own_variables
        return [*self._job.network.variables, *own, *self._optimizer.variables]


def write_history(history: list[dict[str, float]], path: Path) -> None:
    """Write one row per epoch as CSV, atomically."""
    temporary = path.with_suffix(".tmp")
    with temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(history[0]))
        writer.writeheader()
        writer.writerows(history)
    os.replace(temporary, path)


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
