"""Callbacks see one training, whatever calls of `fit` it takes."""

from typing import Any

import keras
import numpy as np

from training.fitting.spanning import SpanningCallbacks


class Events(keras.callbacks.Callback):
    """Notes what it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[str] = []

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        self.events.append(f"train of {self.params['steps']} steps")

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        self.events.append("end")

    def on_train_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        self.events.append(f"begin {batch}")

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        self.events.append(f"step {batch}")

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self.events.append(f"epoch {epoch}")


def test_two_calls_of_fit_are_one_training() -> None:
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse", run_eagerly=True)
    seen, x = Events(), np.ones((3, 1), np.float32)
    callbacks = SpanningCallbacks([seen], model, epochs=2, steps=3)
    callbacks.end()
    assert not seen.events, "what has not begun does not end"
    callbacks.done = 2
    model.fit(x[:1], x[:1], epochs=1, batch_size=1, verbose=0, callbacks=callbacks)
    callbacks.done = 0
    model.fit(x[:1], x[:1], initial_epoch=1, epochs=2, batch_size=1, verbose=0, callbacks=callbacks)
    callbacks.end()
    assert seen.events == [
        "train of 3 steps", "begin 2", "step 2", "epoch 0", "begin 0", "step 0", "epoch 1", "end"
    ]  # fmt: skip
