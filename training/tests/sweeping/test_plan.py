import json
from pathlib import Path
from typing import Any

import pytest

from text_recognizer.errors import ConfigError
from training.sweeping.plan import SweepPlan

SWEEPS = Path(__file__).parents[2] / "sweeps"
EXPERIMENT = {"dataset": "EmnistDataset", "model": "CharacterModel", "network": "mlp"}


def written(folder: Path, **values: Any) -> Path:
    path = folder / "sweep.json"
    path.write_text(json.dumps({"experiment": EXPERIMENT, "search": {"train_args.epochs": [1, 2]}, **values}))
    return path


def test_values_become_an_experiment(tmp_path: Path) -> None:
    plan = SweepPlan.from_file(written(tmp_path, trials=7), {"train_args.batch_size": 8})
    assert plan.number == 7
    config = plan.config({"train_args.epochs": 2})
    assert (config.train_args.epochs, config.train_args.batch_size) == (2, 8)
    assert SweepPlan.from_file(written(tmp_path, sampler="grid"), {}).number == 2


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"trails": 3}, "trails"),
        ({"trials": 0}, "trials"),
        ({"sampler": "best"}, "sampler"),
        ({"experiment": {**EXPERIMENT, "netwrok": 1}}, "netwrok"),
        ({"experiment": {**EXPERIMENT, "stages": [{}]}}, "no stages"),
        ({"experiment": 1}, "an experiment and a search"),
        ({"sampler": "grid", "search": {"train_args.epochs": [0]}}, "epochs is 0"),
    ],
)
def test_what_does_not_fit_is_said_at_once(tmp_path: Path, values: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        SweepPlan.from_file(written(tmp_path, **values), {})


@pytest.mark.parametrize(("name", "number"), [("emnist", 16), ("iam_lines", 8), ("emnist_learning_rate", 30)])
def test_the_examples_fit(name: str, number: int) -> None:
    assert SweepPlan.from_file(SWEEPS / f"{name}.json", {}).number == number
