"""Epochs of training: batches through Keras, with errors that name their samples."""

from collections.abc import Sequence

import keras

from training.fitting.batches import Batches
from training.fitting.feed import Feed
from training.fitting.step_errors import StepErrors
from training.fitting.training_model import TrainingModel


def fit(
    trained: TrainingModel,
    batches: Batches,
    *,
    first: int = 0,
    epochs: int = 1,
    workers: int = 1,
    callbacks: Sequence[keras.callbacks.Callback] = (),
) -> None:
    """Train on the batches of epochs `first`, counted from 0, to `epochs` - 1.

    Args:
        trained: What to train, compiled.
        batches: Its batches.
        first: Epoch to begin with.
        epochs: Number of all epochs.
        workers: Threads that prepare batches.
        callbacks: Of Keras.

    Raises:
        TrainingError: If a batch cannot be made, a step fails or the loss is no number.
    """
    feed = Feed(batches, trained.network, first, epochs, workers)
    if not trained.optimizer.built:  # Keras would make its variables in the step, and trace that twice
        trained.optimizer.build(trained.trainable_variables)
    errors = StepErrors(batches, feed)
    with errors.named():
        trained.fit(
            feed.for_keras(), initial_epoch=first, epochs=epochs, steps_per_epoch=len(batches), shuffle=False,
            verbose=0, callbacks=[errors, *callbacks],
        )  # fmt: skip
