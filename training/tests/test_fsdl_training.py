"""Half a step on FSDL handwriting: batches of drawn pages go through network, loss and gradient."""

from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from text_recognizer.datasets.files import metadata
from text_recognizer.datasets.fsdl.lines_dataset import FsdlHandwritingLinesDataset
from text_recognizer.datasets.fsdl.paragraphs_dataset import FsdlHandwritingParagraphsDataset
from text_recognizer.models import MODELS
from text_recognizer.networks import NETWORKS
from text_recognizer.tests.datasets.fsdl_pages import draw_page, record, write_export
from text_recognizer.tooling.data_root import set_mirror
from training.fitting.batches import Batches
from training.fitting.mixture import Mixture

NAMES = [f"page_{i}" for i in range(6)]


@pytest.fixture(autouse=True)
def _pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXT_RECOGNIZER_DATA_ROOT", str(tmp_path))
    monkeypatch.delenv("TEXT_RECOGNIZER_MIRROR", raising=False)
    monkeypatch.setenv("TEXT_RECOGNIZER_OFFLINE", "1")
    set_mirror(None)
    (tmp_path / "metadata").mkdir()
    monkeypatch.setattr(metadata, "METADATA_ROOT", tmp_path / "metadata")
    folder = tmp_path / "raw" / "fsdl_handwriting"
    write_export(folder, tmp_path / "metadata", [record(f"http://127.0.0.1:9/{name}.png") for name in NAMES])
    (folder / "pages").mkdir()
    for name in NAMES:
        (folder / "pages" / f"{name}.png").write_bytes(draw_page())


@pytest.mark.parametrize(
    ("dataset", "model_name", "network", "sizes"),
    [
        (
            FsdlHandwritingLinesDataset(height=28),
            "LineModelCtc",
            "line_lstm_ctc",
            {"filters": (4, 8), "lstm_dim": 16},
        ),
        (
            FsdlHandwritingParagraphsDataset(),
            "LineDetectorModel",
            "fcn",
            {"num_filters": 4, "dilations": (1, 2)},
        ),
    ],
    ids=["lines", "paragraphs"],
)
def test_loss_and_gradients_of_a_batch(
    dataset: FsdlHandwritingLinesDataset | FsdlHandwritingParagraphsDataset,
    model_name: str,
    network: str,
    sizes: dict[str, int],
) -> None:
    keras.utils.set_random_seed(1)
    dataset.load_or_generate_data()
    model = MODELS[model_name](NETWORKS[network](dataset.input_shape, dataset.output_shape, **sizes))
    for split in dataset.splits.values():
        assert all(model.reject(*sample) is None for sample in zip(split.images, split.targets, strict=True))
    mixture = Mixture([len(dataset.train)])
    batches = Batches(dataset.train, model, mixture, batch_size=2, seed=0, augment=True)
    images, targets = batches.batch(0, 0)
    assert images.dtype == np.float32
    assert images.shape[0] == len(targets) == 2
    assert 0 <= images.min() < 0.1 < 0.7 < images.max() <= 1
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(model.loss(targets, model.network(images, training=True)))
    gradients = tape.gradient(loss, model.network.trainable_variables)
    assert float(loss) > 0
    assert all(np.isfinite(gradient).all() and np.any(gradient) for gradient in gradients)
