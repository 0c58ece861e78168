"""A run goes on under another backend of Keras; needs the extra jax."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

from training.config import ExperimentConfig
from training.tests.test_train import ROOT, experiment, last_variables, losses
from training.train import run

SCRIPT = """
import sys, pathlib
from text_recognizer.datasets import DATASETS
from training.tests.conftest import BarLines
from training.tests.test_backends import config
from training.train import run

DATASETS["BarLines"] = BarLines
run(config(int(sys.argv[2])), pathlib.Path(sys.argv[1]), resume=True)
"""


def config(epochs: int) -> ExperimentConfig:
    """Return an experiment that uses no random number after the first epoch's order."""
    values = experiment(epochs=epochs, schedule="constant", shortcut_weight=0.1, ema=0.9).to_dict()
    values["network_args"]["dropout"] = 0.0
    return ExperimentConfig.from_dict(values)


@pytest.mark.skipif(
    importlib.util.find_spec("jax") is None, reason="needs jax: pip install -e '.[train,jax]'"
)
@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="goes from TensorFlow to JAX and back")
def test_a_run_changes_from_tensorflow_to_jax_and_back(tmp_path: Path) -> None:
    moved, stayed = tmp_path / "moved", tmp_path / "stayed"
    run(config(1), moved)
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": path, "KERAS_BACKEND": "jax", "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, "-c", SCRIPT, str(moved), "2"]
    subprocess.run(command, env=environment, check=True, timeout=900)
    run(config(3), moved, resume=True)
    run(config(3), stayed)
    np.testing.assert_allclose(losses(moved), losses(stayed), rtol=1e-2)
    for value, expected in zip(last_variables(moved), last_variables(stayed), strict=True):
        assert value.shape == expected.shape
        assert value.dtype == expected.dtype
        np.testing.assert_allclose(value, expected, rtol=0.1, atol=0.02)
