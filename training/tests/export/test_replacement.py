"""A model is replaced neither by a shortened or changed run nor by a worse one."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from text_recognizer.errors import ArtifactError, ConfigError
from training import runs
from training.config import ExperimentConfig
from training.export.install import Provenance
from training.export.replacement import check_experiment, check_scores

VALUES: dict[str, Any] = {
    "dataset": "EmnistDataset", "model": "CharacterModel", "network": "lenet", "train_args": {"epochs": 8}
}  # fmt: skip
NAME = "CharacterModel_EmnistDataset_lenet"


def ship(folder: Path, experiment: ExperimentConfig, **scores: float) -> None:
    (folder / NAME).mkdir(parents=True)
    manifest = {"name": NAME, "experiment": experiment.to_dict(), "scores": scores}
    (folder / NAME / "manifest.json").write_text(json.dumps(manifest))


def config(**changes: Any) -> ExperimentConfig:
    return ExperimentConfig.from_dict({**VALUES, **changes})


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"train_args": {"epochs": 1}}, r"train_args\.epochs \(8 -> 1\)"),
        ({"train_args": {"epochs": 8, "epoch_samples": 64}}, r"epoch_samples \(null -> 64\)"),
        ({"dataset_args": {"subsample_fraction": 0.05}}, r"subsample_fraction \(null -> 0\.05\)"),
        ({"network_args": {"dense_size": 64}}, r"dense_size"),
        ({"train_args": {"epochs": 8, "seed": 43}}, r"seed \(42 -> 43\)"),
    ],
)
def test_a_changed_experiment_is_refused_before_it_is_trained(
    tmp_path: Path, change: dict[str, Any], named: str
) -> None:
    ship(tmp_path, config())
    with pytest.raises(
        ConfigError, match=f"{NAME} was trained with other values: .*{named}.*--name.*--force"
    ):
        check_experiment(config(**change), None, tmp_path)
    check_experiment(config(**change), "another", tmp_path)


def test_the_same_experiment_may_replace_its_model(tmp_path: Path) -> None:
    ship(tmp_path, config())
    same = config(experiment_group="again", train_args={"epochs": 8, "workers": 7})
    check_experiment(same, None, tmp_path)


def test_stages_must_be_the_committed_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "EXPERIMENTS", tmp_path)
    staged = config(stages=[{"train_args": {"epochs": 3}}, {}])
    (tmp_path / "lenet.json").write_text(json.dumps(staged.to_dict()))
    ship(tmp_path, config(train_args={"epochs": 8, "init_from": "stage1@sha256:0"}))
    check_experiment(staged, None, tmp_path)
    shortened = config(stages=[{"train_args": {"epochs": 1}}, {}])
    with pytest.raises(ConfigError, match="stages of a committed experiment"):
        check_experiment(shortened, None, tmp_path)


@pytest.mark.parametrize(("mode", "worse"), [("max", 0.87), ("min", 0.89)])
def test_a_worse_model_is_refused_and_the_way_on_named(
    tmp_path: Path, provenance: Provenance, mode: str, worse: float
) -> None:
    ship(tmp_path, config(), accuracy=0.88)
    new = dataclasses.replace(provenance, scores={"accuracy": worse})
    with pytest.raises(ArtifactError, match=r"0\.88, that of this run 0\.8[79].*--resume.*--name.*--force"):
        check_scores(new, NAME, "accuracy", mode, tmp_path)
    check_scores(dataclasses.replace(new, scores={"accuracy": 0.88}), NAME, "accuracy", mode, tmp_path)
    check_scores(new, "another", "accuracy", mode, tmp_path)
