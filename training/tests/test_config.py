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
        ({"train_args": {"epochs": 0}}, "epochs is 0; expected a whole number >= 1"),
        ({"train_args": {"epochs": "three"}}, 'epochs is "three"; expected a whole number'),
        ({"train_args": {"batch_size": 2.5}}, "batch_size is 2.5; expected a whole number"),
        ({"train_args": {"learning_rate": "high"}}, 'learning_rate is "high"; expected a number'),
        ({"train_args": {"augment": "no"}}, 'augment is "no"; expected true or false'),
        ({"train_args": {"schedule": "step"}}, 'schedule is "step"; expected one of "constant", "cosine"'),
        ({"train_args": {"epochs": 5, "cycle_epochs": [3, 3]}}, "add up to epochs, 5"),
        ({"train_args": {"clip_norm": -1}}, "clip_norm"),
        ({"train_args": {"cycle_epochs": 16}}, "cycle_epochs is 16; expected a list"),
        ({"train_args": {"cycle_epochs": [16, 0]}}, r"cycle_epochs\[1\] is 0; expected a whole number >= 1"),
        ({"train_args": {"init_from": 5}}, "init_from is 5; expected a string or null"),
        ({"train_args": {"teachers": [5]}}, r"teachers\[0\] is 5; expected a string"),
        ({"train_args": {"teachers": "a"}}, 'teachers is "a"; expected a list'),
        ({"train_args": {"seed": -1}}, "seed is -1; expected a whole number >= 0"),
        ({"train_args": {"learning_rate": True}}, "learning_rate is true; expected a number > 0"),
        ({"train_args": {"learning_rate": float("nan")}}, "learning_rate is NaN; expected a number > 0"),
        ({"train_args": {"learning_rate": 10**400}}, "learning_rate is 10"),
        (
            {"train_args": {"early_stopping_patience": 1.5}},
            "patience is 1.5; expected a whole number >= 1 or",
        ),
        ({"train_args": {"workers": 0}}, "workers is 0; expected a whole number >= 1"),
        ({"train_args": {"epoch_samples": 0}}, "epoch_samples is 0; expected a whole number >= 1 or null"),
        ({"train_args": {"augmentation": [1]}}, r"augmentation is \[1\]; expected an object"),
        ({"train_args": {"augment": False, "augmentation": {"shear": 1}}}, "augment is false"),
        ({"mixture": {}}, "mixture is {}; expected a list, each item an object"),
        ({"mixture": [3]}, r"mixture\[0\] is 3; expected an object"),
        ({"mixture": [{"weight": 1}]}, r"mixture\[0\] lacks 'dataset'"),
        ({"mixture": [{"dataset": "X", "weight": None}]}, "weight is null; expected a list of 2"),
        ({"mixture": [{"dataset": "X", "weight": "ab"}]}, 'weight is "ab"; expected a list of 2'),
        (
            {"mixture": [{"dataset": "X", "weight": [1, "2"]}]},
            r"weight\[1\] is \"2\"; expected a number >= 0",
        ),
        ({"mixture": [{"dataset": "X", "dataset_args": 2}]}, "dataset_args is 2; expected an object"),
        ({"dataset_args": None}, "dataset_args is null; expected an object"),
        ({"network_args": "x"}, 'network_args is "x"; expected an object'),
        ({"experiment_group": 5}, "experiment_group is 5; expected a string"),
        ({"train_args": 3}, "train_args is 3; expected an object"),
        ({"model": None}, "model is null; expected a string"),
    ],
)
def test_what_does_not_fit_is_named(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        ExperimentConfig.from_text(json.dumps({**MINIMAL, **change}))


@pytest.mark.parametrize("text", ["no/such/file.json", "{not json", "[1, 2]"])
def test_text_that_is_no_experiment(text: str) -> None:
    with pytest.raises(ConfigError, match=r"Expected .*received|is \[1, 2\]; expected an object"):
        ExperimentConfig.from_text(text)


@pytest.mark.parametrize("missing", ["dataset", "model", "network"])
def test_what_is_missing_is_named(missing: str) -> None:
    values = {key: value for key, value in MINIMAL.items() if key != missing}
    with pytest.raises(ConfigError, match=f"lacks '{missing}'"):
        ExperimentConfig.from_dict(values)
