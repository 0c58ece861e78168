"""What tests of fitting share."""

import pytest

from text_recognizer.models.line_detector_model import LineDetectorModel
from text_recognizer.networks import NETWORKS
from training.fitting.training_model import TrainingModel


@pytest.fixture(scope="module")
def detector() -> tuple[LineDetectorModel, TrainingModel]:
    """A tiny detector, ready to train."""
    network = NETWORKS["fcn"]((None, None, 1), (None, None, 3), num_filters=2, dilations=[1])
    model = LineDetectorModel(network)
    trained = TrainingModel(network, model.loss)
    trained.compile("sgd", jit_compile=False)
    return model, trained
