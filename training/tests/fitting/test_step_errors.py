"""What fails in a training step is named with the samples of its batch."""

import keras
import numpy as np
import pytest

from text_recognizer.models.line_detector_model import LineDetectorModel
from training.fitting.batches import TrainingError
from training.fitting.loop import fit
from training.fitting.training_model import TrainingModel
from training.tests.fitting.detectors import batches_over, pages


@pytest.mark.parametrize(("value", "name"), [(np.nan, "nan"), (np.inf, "(inf|nan)")])
def test_a_loss_that_is_no_number_names_the_samples(
    detector: tuple[LineDetectorModel, TrainingModel], value: float, name: str
) -> None:
    trained = TrainingModel(detector[0].network, lambda y, logits: keras.ops.mean(logits) + value)
    trained.compile("sgd", jit_compile=False)
    with pytest.raises(TrainingError, match=f"The loss is {name} in batch 0 of epoch 1, .*page-2"):
        fit(trained, batches_over(pages(4), detector[0], 4))


def test_a_step_that_fails_names_the_samples(detector: tuple[LineDetectorModel, TrainingModel]) -> None:
    import tensorflow as tf

    def loss(y: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
        with tf.control_dependencies([tf.debugging.assert_less(tf.shape(y)[0], 3, "too many")]):
            return tf.reduce_mean(logits)

    model, _ = detector
    trained = TrainingModel(model.network, loss)
    trained.compile("sgd", jit_compile=False)
    with pytest.raises(TrainingError, match=r"failed in batch 0 of epoch 1, .*page-3.*too many"):
        fit(trained, batches_over(pages(4), model, 4))
