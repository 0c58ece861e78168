"""Distillation: learning from shipped models, and which of them may teach."""

from pathlib import Path
from typing import Any

import keras
import pytest

from text_recognizer.errors import ArtifactError, ConfigError
from text_recognizer.models.character_model import CharacterModel
from training.config import ExperimentConfig, TrainConfig
from training.export.from_run import export_run
from training.fitting.teachers import load_teachers
from training.tests.test_train import assert_a_cut_run_equals_the_whole, experiment
from training.train import run


def network(outputs: int = 3) -> keras.Model:
    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(outputs)])


def test_a_line_network_learns_from_an_exported_one_and_resumes(tmp_path: Path) -> None:
    run(experiment(epochs=1), tmp_path / "teacher")
    teacher = str(export_run(tmp_path / "teacher", weights_dir=tmp_path / "weights"))
    config = experiment(teachers=[teacher], distillation_weight=0.6, epochs=2)
    assert_a_cut_run_equals_the_whole(config, tmp_path)


def test_a_teacher_of_other_characters_is_refused(tmp_path: Path) -> None:
    run(experiment(epochs=1), tmp_path / "run")
    folder = export_run(tmp_path / "run", weights_dir=tmp_path / "weights")
    student = CharacterModel(network(62))
    with pytest.raises(ArtifactError, match="Expected a teacher of"):
        load_teachers(student, [str(folder)], (28, 28, 1), (62,))
    with pytest.raises(ArtifactError, match="received 'nobody'"):
        load_teachers(student, ["nobody"], (28, 28, 1), (62,))


@pytest.mark.parametrize("values", [{"teachers": "lenet"}, {"distillation_weight": 1.5}])
def test_configuration_says_what_it_expects(values: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="Expected"):
        TrainConfig(**values)
    assert ExperimentConfig.from_dict(experiment(teachers=["a"]).to_dict()).train_args.teachers == ("a",)
