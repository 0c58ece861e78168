"""Batches come in order from threads; what fails in one is kept."""

import keras
import numpy as np
import pytest

from text_recognizer.models.line_detector_model import LineDetectorModel
from training.fitting.batches import TrainingError
from training.fitting.feed import Feed
from training.fitting.training_model import TrainingModel
from training.tests.fitting.detectors import batches_over, pages


def test_batches_come_in_order_and_end_with_the_last_epoch(
    detector: tuple[LineDetectorModel, TrainingModel],
) -> None:
    batches = batches_over(pages(6), detector[0], 4)
    feed = Feed(batches, detector[0].network, first=1, epochs=3, workers=3)
    received = list(feed)
    assert len(received) == 4
    for (inputs, _), number in zip(received, [(1, 0), (1, 1), (2, 0), (2, 1)], strict=True):
        np.testing.assert_array_equal(inputs, batches.batch(*number)[0])


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="the others take any shape")
def test_tensorflow_is_told_that_batches_have_any_shape(
    detector: tuple[LineDetectorModel, TrainingModel],
) -> None:
    feed = Feed(batches_over(pages(6), detector[0], 4), detector[0].network, first=0, epochs=1, workers=1)
    inputs, targets = feed.for_keras().element_spec
    assert (tuple(inputs.shape), inputs.dtype) == ((None, None, None, 1), np.float32)
    assert (tuple(targets.shape), targets.dtype) == ((None, None, None), np.uint8)


class Broken(LineDetectorModel):
    """Cannot vary a page."""

    def augment(self, *_: object) -> tuple[np.ndarray, np.ndarray]:
        raise ZeroDivisionError("no ink")


def test_a_batch_that_cannot_be_made_ends_training_with_its_samples(
    detector: tuple[LineDetectorModel, TrainingModel],
) -> None:
    batches = batches_over(pages(6), Broken(detector[0].network), 6)
    feed = Feed(batches, detector[0].network, 0, 1, workers=1)
    with pytest.raises(TrainingError, match=r"Batch 0 of epoch 1 cannot be made: no ink.*page-[0-5], page"):
        list(feed)
    assert isinstance(feed.failure, TrainingError)
