"""Builds what a configuration names: data sets, network and model."""

import logging
from collections.abc import Mapping
from typing import Any

import keras

from text_recognizer.datasets import DATASETS
from text_recognizer.datasets.dataset import Dataset
from text_recognizer.datasets.files.hashes import hash_key
from text_recognizer.datasets.lines_dataset import LinesDataset
from text_recognizer.errors import ConfigError
from text_recognizer.models import MODELS
from text_recognizer.models.base import Model
from text_recognizer.networks import NETWORKS
from text_recognizer.tooling.overrides import check_arguments
from training.config import ExperimentConfig

logger = logging.getLogger(__name__)


def load_datasets(config: ExperimentConfig) -> tuple[Dataset, list[Dataset], str]:
    """Load the data sets of an experiment.

    Returns:
        The main one, those mixed in, and the hash of all of them.

    Raises:
        ConfigError: If a name or an argument is unknown, or two data sets give other inputs.
        DataError: If raw data is missing or unusable.
    """
    main = load_dataset(config.dataset, config.dataset_args)
    others = [load_dataset(part.dataset, part.dataset_args) for part in config.mixture]
    for part, other in zip(config.mixture, others, strict=True):
        made = [
            (d.input_shape, d.output_shape, isinstance(d, LinesDataset) and d.normalize)
            for d in (main, other)
        ]
        if made[0] != made[1]:
            raise ConfigError(
                f"Expected {part.dataset} with input shape, output shape and normalize {made[0]} of "
                f"{config.dataset}; received {made[1]}. Give both the same dataset_args."
            )
    hashes = [dataset.data_hash for dataset in (main, *others)]
    return main, others, hashes[0] if not others else hash_key({"parts": hashes})


def load_dataset(name: str, arguments: Mapping[str, Any]) -> Dataset:
    """Build and load one registered data set.

    Raises:
        ConfigError: If the name or an argument is unknown.
        DataError: If its raw data is missing or unusable.
    """
    dataset: Dataset = build(DATASETS, name, arguments)
    dataset.load_or_generate_data()
    logger.info("%s", dataset.describe())
    return dataset


def build_model(
    config: ExperimentConfig, input_shape: tuple[int | None, ...], output_shape: tuple[int | None, ...]
) -> Model:
    """Build network and model, in bfloat16 where the configuration says so.

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


def build(registry: Mapping[str, Any], name: str, arguments: Mapping[str, Any], *args: Any) -> Any:
    """Call the registered class or function.

    Raises:
        ConfigError: If the name is unknown or it does not take an argument.
    """
    function = known(registry, name)
    check_arguments(name, function, arguments, skip=len(args))
    try:
        return function(*args, **arguments)
    except TypeError as error:
        raise ConfigError(
            f"Expected arguments that {name} takes; received {dict(arguments)}: {error}."
        ) from error


def known(registry: Mapping[str, Any], name: str) -> Any:
    """Return what `registry` has under `name`.

    Raises:
        ConfigError: If it has nothing there.
    """
    if name not in registry:
        raise ConfigError(f"Expected one of {sorted(registry)}; received {name!r}.")
    return registry[name]
