"""One exported network for all tests of the export."""

import shutil
from pathlib import Path

import keras
import numpy as np
import pytest

from text_recognizer.networks import NETWORKS
from text_recognizer.vocabulary import LINE_CHARACTERS
from training.build import SampleFormat, build_model
from training.export.install import Provenance, install
from training.tests.test_train import experiment


@pytest.fixture(scope="session")
def line_network() -> keras.Model:
    """A convolutional LSTM network whose batch normalisation is not the identity."""
    keras.utils.set_random_seed(3)
    network = NETWORKS["line_lstm_ctc"]((16, None, 1), (None, 80), lstm_dim=4)
    rng = np.random.default_rng(0)
    for layer in network.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.moving_mean.assign(rng.normal(0, 0.1, layer.moving_mean.shape))
            layer.moving_variance.assign(rng.uniform(0.1, 2, layer.moving_variance.shape))
    return network


@pytest.fixture(scope="session")
def provenance() -> Provenance:
    return Provenance(
        model="LineModelCtc",
        dataset="Drawn",
        network="line_lstm_ctc",
        kind="line",
        vocabulary=LINE_CHARACTERS,
        downsampling=4,
        experiment={"network": "line_lstm_ctc", "network_args": {"lstm_dim": 4}},
        commit="abc",
        data_hash="def",
        epoch=3,
        scores={"cer": 0.5},
    )


@pytest.fixture(scope="session")
def exported(
    line_network: keras.Model, provenance: Provenance, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    rng = np.random.default_rng(1)
    samples = [rng.integers(0, 256, (16, width), np.uint8) for width in (20, 333, 64)]
    return install(line_network, provenance, samples=samples, weights_dir=tmp_path_factory.mktemp("weights"))


@pytest.fixture(scope="session")
def tiny_installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of models with the model `tiny`, of random weights; tests work on copies of it."""
    config = experiment()
    model = build_model(config, SampleFormat((64, None, 1), (None, 80), LINE_CHARACTERS))
    provenance = Provenance(
        model=config.model, dataset=config.dataset, network=config.network,
        kind="line", vocabulary=LINE_CHARACTERS, downsampling=8, decoding="ctc",
        experiment=config.to_dict(), commit="of the training", data_hash="bars", epoch=1, scores={"cer": 0.5},
    )  # fmt: skip
    folder = tmp_path_factory.mktemp("tiny")
    install(model.network, provenance, "tiny", weights_dir=folder)
    return folder


@pytest.fixture
def weights(tiny_installed: Path, tmp_path: Path) -> Path:
    """A folder of models with the model `tiny`."""
    return Path(shutil.copytree(tiny_installed, tmp_path / "weights"))
