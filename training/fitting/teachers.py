"""The model of a run and the networks that teach it: built together, with the weights they start from."""

import logging
from pathlib import Path

from text_recognizer.errors import ArtifactError
from text_recognizer.inference.artifacts import WEIGHTS, WEIGHTS_DIR
from text_recognizer.models.base import Model
from training.build import SampleFormat, build_model
from training.config import ExperimentConfig
from training.exported import ExportedModel, exported_model
from training.fitting.initialization import initialize
from training.fitting.training_model import TrainingModel
from training.weights_file import read_half_weights

logger = logging.getLogger(__name__)


def build_training(
    config: ExperimentConfig, samples: SampleFormat, weights_dir: Path = WEIGHTS_DIR
) -> tuple[Model, TrainingModel]:
    """Build the model of an experiment, and what Keras trains: the model's network with its teachers.

    Args:
        config: Names the model, the weights to start from and the teachers: exported models, as
            `weights_folder` finds them.
        samples: Of the main data set.
        weights_dir: Folder of models, which is looked through first.

    Raises:
        ArtifactError: If there is no model of a name, it does not fit, or a teacher has other characters
            than the student or was trained on samples of another format.
        ConfigError: As `build_model` and `TrainingModel`.
    """
    args = config.train_args
    starts = [exported_model(name, weights_dir) for name in [args.init_from] if name is not None]
    teachers = [exported_model(name, weights_dir) for name in args.teachers]
    experiments = [ExperimentConfig.from_dict(teacher.manifest["experiment"]) for teacher in teachers]
    for name, teacher in zip(args.teachers, teachers, strict=True):
        _check_samples(name, teacher, samples)
    # A teacher computes as its student does: many CPUs can only emulate the bfloat16 it was trained in.
    student, *teacher_models = [
        build_model(each, samples, mixed_precision=args.mixed_precision) for each in (config, *experiments)
    ]
    started = [student, *teacher_models] if starts else teacher_models
    for model, trained in zip(started, [*starts, *teachers], strict=True):
        values = read_half_weights(trained.folder / WEIGHTS, model.network, any_labels=True)
        initialize(model.network, model.vocabulary, values, trained.vocabulary)
        logger.info("Started from the weights of %s", trained.folder.name)
    return student, TrainingModel(
        student.network,
        student.loss,
        [model.network for model in teacher_models],
        args.distillation_weight,
        args.shortcut_weight,
        args.consistency_weight,
        args.mask_share,
        args.ema,
    )


def _check_samples(name: str, teacher: ExportedModel, student: SampleFormat) -> None:
    """Refuse a teacher from which the student cannot learn: shown other samples, a teacher reads worse.

    Raises:
        ArtifactError: If it was trained on other samples than the student's.
    """
    if teacher.vocabulary != student.characters:
        raise ArtifactError(
            f"The teacher {name} reads the characters {teacher.vocabulary!r}, the student "
            f"{student.characters!r}. Take a teacher of the same characters."
        )
    if (samples := SampleFormat.of_manifest(teacher.manifest)) != student:
        raise ArtifactError(
            f"The teacher {name} was trained on images of {samples}; the data set of the student gives "
            f"{student}. Give dataset_args the values of the teacher."
        )
