"""Errors of a training step, with the samples of its batch."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras

from training.fitting.batches import Batches, TrainingError
from training.fitting.feed import Feed


class StepErrors(keras.callbacks.Callback):
    """Names the samples of the batch in which training fails or its loss is no longer a number.

    ```python
    import numpy as np

    from text_recognizer.datasets.dataset import Split
    from text_recognizer.models.character_model import CharacterModel
    from text_recognizer.networks import NETWORKS
    from training.fitting.batches import Batches, TrainingError
    from training.fitting.feed import Feed
    from training.fitting.mixture import Mixture
    from training.fitting.step_errors import StepErrors

    model = CharacterModel(NETWORKS["mlp"]((28, 28, 1), (62,)))
    split = Split(["a", "b"], np.zeros((2, 28, 28), np.uint8), [10, 11])
    batches = Batches(split, model, Mixture([2]), batch_size=2, seed=0, augment=False)
    errors = StepErrors(batches, Feed(batches, model.network, 0, 1, workers=1))
    try:
        errors.on_train_batch_end(0, {"loss": float("nan")})
    except TrainingError as error:
        print(error)  # The loss is nan in batch 0 of epoch 1, whose samples are ...
    ```

    Attributes:
        feed: What gives the batches.
    """

    def __init__(self, batches: Batches, feed: Feed) -> None:
        """Watch the steps that `feed` gives the batches to."""
        super().__init__()
        self._batches, self.feed = batches, feed
        self._epoch = 0
        self._running: int | None = None

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Remember the epoch."""
        self._epoch = epoch

    def on_train_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Remember the batch."""
        self._running = batch

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Look at the loss, which is the mean of the epoch so far.

        Raises:
            TrainingError: If it is infinite or not a number.
        """
        self._running = None
        loss = float((logs or {}).get("loss", 0.0))
        if not math.isfinite(loss):
            raise TrainingError(
                f"The loss is {loss} {self._where(batch)} Lower the learning rate or clip_norm, "
                "or leave these samples out; the best epoch so far is kept."
            )

    @contextmanager
    def named(self) -> Iterator[None]:
        """Raise a `TrainingError` with the samples instead of what a step raises in a `with` block."""
        try:
            yield
        except Exception as error:
            if self.feed.failure is not None:
                raise self.feed.failure from error
            if self._running is None:
                raise
            raise TrainingError(
                f"Training failed {self._where(self._running)} {_last_words(error)}"
            ) from error

    def _where(self, batch: int) -> str:
        ids = ", ".join(self._batches.ids(self._epoch, batch))
        return f"in batch {batch} of epoch {self._epoch + 1}, whose samples are {ids}."


def _last_words(error: Exception) -> str:
    """Return what an error says, without the call stacks that TensorFlow puts before it."""
    lines = [line for line in str(error).splitlines() if line and not line[0].isspace()]
    return lines[-1] if lines else type(error).__name__
