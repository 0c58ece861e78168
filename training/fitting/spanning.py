"""The callbacks of one training that several calls of `keras.Model.fit` make."""

from collections.abc import Sequence
from typing import Any

import keras


class SpanningCallbacks(keras.callbacks.CallbackList):
    """Callbacks that see one training, also if it goes on inside an epoch.

    Keras begins every call of `fit` at the first step of an epoch. A training that was cut inside one takes
    two calls: one for the rest of that epoch, one for all others.

    ```python
    import keras
    import numpy as np

    from training.fitting.spanning import SpanningCallbacks

    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse", run_eagerly=True)
    seen = keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: print(batch))
    callbacks = SpanningCallbacks([seen], model, epochs=1, steps=3)
    callbacks.done = 1  # the first of three steps was done before: 1 and 2 are printed
    x = np.ones((2, 1), np.float32)
    model.fit(x, x, batch_size=1, verbose=0, callbacks=callbacks)
    callbacks.end()
    ```

    Attributes:
        done: Steps of the epoch that were done before `fit` was called.
    """

    def __init__(
        self, callbacks: Sequence[keras.callbacks.Callback], model: keras.Model, epochs: int, steps: int
    ) -> None:
        """Begin a training.

        Args:
            callbacks: Of Keras.
            model: What is trained.
            epochs: Number of all epochs.
            steps: Steps of a whole epoch.
        """
        super().__init__(list(callbacks), add_history=True, model=model, epochs=epochs, steps=steps)
        self.done = 0
        self._begun = False

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Tell the callbacks, in the first call of `fit` only."""
        if not self._begun:
            self._begun = True
            super().on_train_begin(logs)

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Tell nobody: another call of `fit` may follow; see `end`."""

    def end(self) -> None:
        """Tell the callbacks that the training has ended, if it has begun."""
        if self._begun:
            super().on_train_end(None)

    def on_train_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Tell the callbacks the number of the step in its epoch."""
        super().on_train_batch_begin(batch + self.done, logs)

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Tell the callbacks the number of the step in its epoch."""
        super().on_train_batch_end(batch + self.done, logs)
