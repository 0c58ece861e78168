"""Files of several experiments: lists, grids, what does not fit."""

import json
from pathlib import Path
from typing import Any

import pytest

from text_recognizer.errors import ConfigError
from training.experiment_group import read_group

MLP = {"dataset": "EmnistDataset", "model": "CharacterModel", "network": "mlp"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "group.json"


def read(file: Path, *experiments: Any, overrides: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    file.write_text(json.dumps({"experiment_group": "sizes", "experiments": experiments}))
    return read_group(file, overrides)


def test_a_list_as_in_2019(file: Path) -> None:
    lenet = {**MLP, "network": "lenet", "train_args": {"batch_size": 128}}
    assert read(file, MLP, lenet) == [
        {**MLP, "experiment_group": "sizes"},
        {**lenet, "experiment_group": "sizes"},
    ]
    file.write_text(json.dumps({"experiments": [MLP]}))
    assert read_group(file) == [MLP]


def test_a_grid_is_every_combination(file: Path) -> None:
    entry = {
        **MLP,
        "train_args": {"epochs": 2},
        "grid": {
            "network_args.layer_size": [128, 256],
            "train_args.batch_size": [64, 32],
            "network": ["mlp"],
        },
    }
    experiments = read(file, entry)
    sizes = [(e["network_args"]["layer_size"], e["train_args"]["batch_size"]) for e in experiments]
    assert sizes == [(128, 64), (128, 32), (256, 64), (256, 32)]
    assert all(e["train_args"]["epochs"] == 2 and "grid" not in e for e in experiments)


def test_values_of_a_grid_may_be_lists_and_objects(file: Path) -> None:
    entry = {
        **MLP,
        "network": "lenet",
        "grid": {"network_args.filters": [[8, 16], [16, 32]], "dataset_args": [{}]},
    }
    assert [e["network_args"]["filters"] for e in read(file, entry)] == [[8, 16], [16, 32]]


def test_overrides_hold_for_every_experiment(file: Path) -> None:
    grid = {**MLP, "grid": {"train_args.seed": [1, 2]}}
    experiments = read(file, MLP, grid, overrides={"train_args.epochs": 1})
    assert [e["train_args"] for e in experiments] == [
        {"epochs": 1},
        {"seed": 1, "epochs": 1},
        {"seed": 2, "epochs": 1},
    ]


@pytest.mark.parametrize(
    ("experiments", "message"),
    [
        ([], "list of experiments"),
        ([MLP, 3], r"experiment 2 of group\.json to be an object.*received 3"),
        ([{**MLP, "grid": {"train_args.seed": 3}}], "lists of values under 'grid'"),
        ([{**MLP, "grid": {"train_args.seed": []}}], "lists of values under 'grid'"),
        ([{**MLP, "grid": [1]}], "lists of values under 'grid'"),
        ([MLP, {**MLP, "train_args": {"epoch": 3}}], r"'epochs'.*received \['epoch'\].*experiment 2 of 2"),
        (
            [{**MLP, "grid": {"train_args.seed": [1], "train_args.epochs": [1, 0]}}],
            r"epochs is 0; .* >= 1.*2 of 2",
        ),
        ([{**MLP, "grid": {"network.size": [1]}}], "object under 'network'"),
        ([MLP, {**MLP, "train_args": {"seed": 42}}], "different experiments; 1 and 2 are the same"),
    ],
)
def test_what_does_not_fit_is_named(file: Path, experiments: list[Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        read(file, *experiments)


@pytest.mark.parametrize("text", ["{", "[1]", json.dumps(MLP), '{"experiments": [], "experiment": 1}'])
def test_a_file_that_is_no_group(file: Path, text: str) -> None:
    file.write_text(text)
    with pytest.raises(ConfigError, match=r"Expected .*group\.json"):
        read_group(file)


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.json"):
        read_group(tmp_path / "none.json")
