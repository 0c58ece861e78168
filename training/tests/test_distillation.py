"""Distillation: what the loss is, who learns, and who may teach."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from text_recognizer.errors import ArtifactError, ConfigError
from text_recognizer.models.character_model import CharacterModel
from training.config import ExperimentConfig, TrainConfig
from training.distillation import DistilledNetwork, load_teachers
from training.export import export_run
from training.tests.test_train import experiment, last_variables, losses
from training.train import run

NAME = "LineModelCtc_BarLines_line_conv_ctc"


def network(outputs: int = 3) -> keras.Model:
    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(outputs)])


def log_softmax(logits: np.ndarray) -> np.ndarray:
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)))


@pytest.mark.parametrize("weight", [0.0, 0.3, 1.0])
def test_loss_is_the_weighted_sum_of_labels_and_teachers(weight: float) -> None:
    student, teachers = network(), [network(), network()]
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(5, 4)).astype(np.float32), np.array([0, 2, 1, 1, 0])
    trained = DistilledNetwork(student, teachers, weight)
    trained.compile("sgd", loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    ours = log_softmax(student.predict(x, verbose=0))
    theirs = np.mean([np.exp(log_softmax(t.predict(x, verbose=0))) for t in teachers], axis=0)
    expected = -(1 - weight) * ours[np.arange(5), y].mean() - weight * (theirs * ours).sum(axis=1).mean()
    assert float(trained.evaluate(x, y, verbose=0)) == pytest.approx(expected, rel=1e-4)


def test_only_the_student_learns_and_comes_to_agree() -> None:
    student, teacher = network(), network()
    before = [np.array(weight) for weight in teacher.get_weights()]
    x = np.random.default_rng(0).normal(size=(64, 4)).astype(np.float32)
    trained = DistilledNetwork(student, [teacher], 1.0)
    trained.compile(
        keras.optimizers.Adam(0.05), loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    )
    trained.fit(x, np.zeros(64, int), epochs=60, verbose=0)
    for old, new in zip(before, teacher.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
    assert [v.path for v in trained.trainable_variables] == [v.path for v in student.trainable_variables]
    np.testing.assert_array_equal(
        student.predict(x, verbose=0).argmax(axis=1), teacher.predict(x, verbose=0).argmax(axis=1)
    )


def test_teachers_must_answer_in_the_shape_of_the_student() -> None:
    with pytest.raises(ConfigError, match=r"student's \(None, 3\); received \(None, 5\)"):
        DistilledNetwork(network(3), [network(5)], 0.5)
    pages = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Conv2D(3, 1)])
    with pytest.raises(ConfigError, match="steps, classes"):
        DistilledNetwork(pages, [pages], 0.5)


class StopAfterOneEpoch(keras.callbacks.Callback):
    """Ends the run as a kill after the first epoch would."""

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self.model.stop_training = True


def test_a_line_network_learns_from_an_exported_one_and_resumes(tmp_path: Path) -> None:
    run(experiment(epochs=1), tmp_path / "teacher")
    teacher = str(export_run(tmp_path / "teacher", weights_dir=tmp_path / "weights"))
    config = experiment(teachers=[teacher], distillation_weight=0.6, epochs=2)
    run(config, tmp_path / "whole")
    assert losses(tmp_path / "whole")[1] < losses(tmp_path / "whole")[0]
    run(config, tmp_path / "cut", callbacks=[StopAfterOneEpoch()])
    run(config, tmp_path / "cut", resume=True)
    for whole, cut in zip(last_variables(tmp_path / "whole"), last_variables(tmp_path / "cut"), strict=True):
        np.testing.assert_allclose(whole, cut, rtol=1e-4, atol=1e-5)


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
