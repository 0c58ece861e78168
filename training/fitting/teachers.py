"""What a run starts from: the weights of a model, and the networks of others that teach it."""

from pathlib import Path

import keras

from text_recognizer.datasets.dataset import Dataset
from text_recognizer.errors import ArtifactError
from text_recognizer.inference.artifacts import WEIGHTS_DIR, read_manifest
from text_recognizer.models.base import Model
from training.build import SampleFormat, build_model
from training.config import ExperimentConfig, TrainConfig
from training.fitting.initialization import initialize, weights_folder
from training.fitting.training_model import TrainingModel


def training_model(
    model: Model, config: TrainConfig, dataset: Dataset, weights_dir: Path = WEIGHTS_DIR
) -> TrainingModel:
    """Return what Keras trains: the network and its teachers, with the weights that they start from.

    Args:
        model: The student.
        config: Names the weights to start from and the teachers: models in `weights_dir`, or folders with
            weights.h5 and manifest.json.
        dataset: The student's main data set, loaded or not.
        weights_dir: Folder of the models.

    Raises:
        ArtifactError: If there is no model of a name, it does not fit, or a teacher has other characters
            than the student or was trained on samples of another format.
    """
    teachers = [_teacher(name, model, SampleFormat.of(dataset), weights_dir) for name in config.teachers]
    starts = [] if config.init_from is None else [(model.network, config.init_from)]
    for network, weights in [*starts, *zip(teachers, config.teachers, strict=True)]:
        initialize(network, model.vocabulary, weights, weights_dir)
    return TrainingModel(
        model.network,
        model.loss,
        teachers,
        config.distillation_weight,
        config.shortcut_weight,
        config.consistency_weight,
        config.mask_share,
        config.ema,
    )


def _teacher(name: str, model: Model, student: SampleFormat, weights_dir: Path) -> keras.Model:
    """Return the network of a teacher, whose weights are still random.

    Raises:
        ArtifactError: If the student cannot learn from it: shown other samples, a teacher reads worse.
    """
    manifest = read_manifest(weights_folder(name, weights_dir))
    if manifest["vocabulary"] != model.vocabulary:
        raise ArtifactError(
            f"The teacher {name} reads the characters {manifest['vocabulary']!r}, the student "
            f"{model.vocabulary!r}. Take a teacher of the same characters."
        )
    teacher = SampleFormat.of_manifest(manifest)
    if teacher != student:
        raise ArtifactError(
            f"The teacher {name} was trained on images of {teacher}; the data set of the student gives "
            f"{student}. Give dataset_args the values of the teacher."
        )
    config = ExperimentConfig.from_dict(manifest["experiment"])
    return build_model(config, student).network
