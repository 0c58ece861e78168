"""The experiment's JSON: defaults, unknown keys, ranges."""

import json
from pathlib import Path
from typing import Any

import pytest

from text_recognizer.datasets import DATASETS
from text_recognizer.errors import ConfigError
from text_recognizer.models import MODELS
from text_recognizer.networks import NETWORKS
from training.config import ExperimentConfig
from training.experiment_group import read_group

SHIPPED = sorted((Path(__file__).parents[1] / "experiments").glob("*.json"))
MINIMAL = {"dataset": "EmnistDataset", "model": "CharacterModel", "network": "mlp"}


def test_json_of_2019_is_understood() -> None:
    config = ExperimentConfig.from_text(
        '{"dataset": "EmnistDataset", "dataset_args": {"subsample_fraction": 0.1}, '
        '"model": "CharacterModel", "network": "mlp", "network_args": {"num_layers": 2}, '
        '"train_args": {"batch_size": 256}, '
        '"experiment_group": "Sample Experiments"}'
    )
    assert config.name == "CharacterModel_EmnistDataset_mlp"
    assert config.train_args.batch_size == 256
    assert config.train_args.epochs == 16


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_experiments_name_what_exists(path: Path) -> None:
    is_group = "experiments" in json.loads(path.read_text(encoding="utf-8"))
    configs = (
        [ExperimentConfig.from_dict(values) for values in read_group(path)]
        if is_group
        else [ExperimentConfig.from_text(str(path))]
    )
    for config in configs:
        assert config.dataset in DATASETS
        assert config.model in MODELS
        assert config.network in NETWORKS
        assert ExperimentConfig.from_dict(config.to_dict()) == config


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"datset": "x"}, "datset.*"),
        ({"train_args": {"lr": 1}}, "learning_rate.*lr"),
        ({"train_args": {"epochs": 0}}, "epochs >= 1"),
        ({"train_args": {"epochs": "three"}}, "whole number for epochs; received 'three'"),
        ({"train_args": {"batch_size": 2.5}}, "whole number for batch_size"),
        ({"train_args": {"learning_rate": "high"}}, "numbers"),
        ({"train_args": {"augment": "no"}}, "true or false for augment; received 'no'"),
        ({"train_args": {"schedule": "step"}}, "cosine.*step"),
        ({"train_args": {"epochs": 5, "cycle_epochs": [3, 3]}}, "adding up to 5"),
        ({"train_args": {"clip_norm": -1}}, "clip_norm"),
        ({"train_args": 3}, "an object under 'train_args'"),
        ({"model": None}, "a string under 'model'"),
    ],
)
def test_what_does_not_fit_is_named(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        ExperimentConfig.from_text(json.dumps({**MINIMAL, **change}))


@pytest.mark.parametrize("text", ["no/such/file.json", "{not json", "[1, 2]"])
def test_text_that_is_no_experiment(text: str) -> None:
    with pytest.raises(ConfigError, match=r"Expected .*received"):
        ExperimentConfig.from_text(text)
