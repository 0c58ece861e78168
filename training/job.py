"""Builds the network and the job that a configuration names."""

import keras

from text_recognizer.models import MODELS
from text_recognizer.models.base import Model
from text_recognizer.networks import NETWORKS
from training.config import ExperimentConfig
from training.data import build, known


def build_model(
    config: ExperimentConfig, input_shape: tuple[int | None, ...], output_shape: tuple[int | None, ...]
) -> Model:
    """Build network and job, in bfloat16 where the configuration says so.

    Raises:
        ConfigError: If a name or an argument is unknown.
    """
    policy = "mixed_bfloat16" if config.train_args.mixed_precision else "float32"
    previous = keras.mixed_precision.global_policy()
    keras.mixed_precision.set_global_policy(policy)
    try:
        network = build(NETWORKS, config.network, {**config.network_args}, input_shape, output_shape)
    finally:
        keras.mixed_precision.set_global_policy(previous)
    model: Model = known(MODELS, config.model)(network)
    return model
