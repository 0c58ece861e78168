"""The model of a run and the networks that teach it: built together, with the weights they start from."""

from pathlib import Path

from text_recognizer.errors import ArtifactError
from text_recognizer.inference.artifacts import WEIGHTS_DIR, read_manifest
from text_recognizer.models.base import Model
from training.build import SampleFormat, build_model
from training.config import ExperimentConfig
from training.exported import weights_folder
from training.fitting.initialization import initialize
from training.fitting.training_model import TrainingModel


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
    folders = [weights_folder(name, weights_dir) for name in args.teachers]
    experiments = [_experiment(*named, samples) for named in zip(args.teachers, folders, strict=True)]
    student, *teachers = [build_model(each, samples) for each in (config, *experiments)]
    if args.init_from is not None:
        initialize(student.network, student.vocabulary, weights_folder(args.init_from, weights_dir))
    for teacher, folder in zip(teachers, folders, strict=True):
        initialize(teacher.network, teacher.vocabulary, folder)
    return student, TrainingModel(
        student.network,
        student.loss,
        [teacher.network for teacher in teachers],
        args.distillation_weight,
        args.shortcut_weight,
        args.consistency_weight,
        args.mask_share,
        args.ema,
    )


def _experiment(name: str, folder: Path, student: SampleFormat) -> ExperimentConfig:
    """Return the experiment of a teacher.

    Raises:
        ArtifactError: If the student cannot learn from it: shown other samples, a teacher reads worse.
    """
    manifest = read_manifest(folder)
    teacher = SampleFormat.of_manifest(manifest)
    if teacher.characters != student.characters:
        raise ArtifactError(
            f"The teacher {name} reads the characters {teacher.characters!r}, the student "
            f"{student.characters!r}. Take a teacher of the same characters."
        )
    if teacher != student:
        raise ArtifactError(
            f"The teacher {name} was trained on images of {teacher}; the data set of the student gives "
            f"{student}. Give dataset_args the values of the teacher."
        )
    return ExperimentConfig.from_dict(manifest["experiment"])
