"""Runs of a few steps without graphs."""

import functools

import keras
import numpy as np
import pytest

from text_recognizer.arrays import Batch, Floats
from training.fitting.training_model import TrainingModel


def train_eagerly(patch: pytest.MonkeyPatch) -> None:
    """Compute every step and every prediction at once: to trace a graph takes longer than a dozen of them.

    Graphs are traced where a network overfits, where one learns from a teacher alone, and where it learns
    from masked views with all auxiliary losses.
    """
    eager = functools.partialmethod(TrainingModel.compile, run_eagerly=True)
    patch.setattr(TrainingModel, "compile", eager)
    patch.setattr(keras.Model, "predict_on_batch", predict)


def predict(network: keras.Model, batch: Batch) -> Floats:
    """Return the logits (N, ...) of a batch (N, H, W, 1)."""
    return np.asarray(network(batch, training=False))
