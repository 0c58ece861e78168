"""Networks train on batches of any shape, with every seed and batch size."""

import os

import numpy as np
import pytest

from text_recognizer.datasets.dataset import Split
from text_recognizer.models.line_detector_model import LineDetectorModel
from text_recognizer.models.line_model_ctc import LineModelCtc
from text_recognizer.networks import NETWORKS
from training.fitting.batches import Batches
from training.fitting.loop import fit
from training.fitting.mixture import Mixture
from training.fitting.training_model import TrainingModel
from training.tests.conftest import draw
from training.tests.fitting.detectors import batches_over, gradients, pages

# Another number, as in DETECTOR_SEEDS=20 pytest training/tests/fitting/test_loop.py, looks more closely.
SEEDS = range(int(os.environ.get("DETECTOR_SEEDS", "5")))
BATCH_SIZES = (2, 4, 8, 16)


@pytest.mark.parametrize("batch_size", BATCH_SIZES)
def test_detectors_train_with_every_seed_and_batch_size(
    detector: tuple[LineDetectorModel, TrainingModel], batch_size: int
) -> None:
    model, trained = detector
    split = pages(batch_size + 1)
    for seed in SEEDS:
        batches = batches_over(split, model, batch_size, seed)
        fit(trained, batches)
        assert int(trained.optimizer.iterations) > 0


def test_detectors_see_varied_and_unvaried_pages_on_one_canvas(
    detector: tuple[LineDetectorModel, TrainingModel],
) -> None:
    inputs, targets = batches_over(gradients(40), detector[0], 40).batch(0, 0)
    assert inputs.shape == (40, 256, 256, 1)
    assert targets.shape == (40, 256, 256)
    steps = np.diff(np.round(inputs[..., 0] * 255), axis=1) % 256
    assert 3 <= sum(bool(np.all(rows == 1)) for rows in steps) <= 15, "about a fifth"


def test_one_batch_per_epoch_may_have_another_shape_in_each() -> None:
    network = NETWORKS["line_conv_ctc"](
        (64, None, 1),
        (None, 80),
        stem_filters=2,
        stage_filters=[2] * 4,
        block_width=4,
        num_blocks=0,
        stage_convolutions=1,
    )
    model, texts = LineModelCtc(network), ["abba", "cab", "dad", "beef" * 9]
    lines = Split(texts, [draw(text) for text in texts], texts)
    batches = Batches(lines, model, Mixture([4], epochs=3), batch_size=4, seed=0, augment=True)
    shapes = {tuple(array.shape for array in batches.batch(epoch, 0)) for epoch in range(3)}
    assert len(batches) == 1
    assert len(shapes) > 1
    trained = TrainingModel(network, model.loss)
    trained.compile("sgd", jit_compile=False)
    fit(trained, batches, epochs=3)
    assert int(trained.optimizer.iterations) == 3
