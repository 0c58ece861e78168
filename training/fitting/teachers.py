"""Networks that teach others: shipped models, with their weights."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import keras

from text_recognizer.datasets.dataset import Dataset
from text_recognizer.errors import ArtifactError
from text_recognizer.inference.artifacts import WEIGHTS_DIR, read_manifest
from text_recognizer.models.base import Model
from training.build import SampleFormat, build_model
from training.config import ExperimentConfig
from training.fitting.initialization import initialize, weights_folder


def load_teachers(
    model: Model, names: Sequence[str], dataset: Dataset, weights_dir: Path = WEIGHTS_DIR
) -> list[keras.Model]:
    """Return the networks of shipped models, with their weights.

    Args:
        model: The student.
        names: Models in `weights_dir`, or folders with weights.h5 and manifest.json.
        dataset: The student's main data set, loaded or not.
        weights_dir: Folder of the models.

    Raises:
        ArtifactError: If there is no such model, or it has other characters than the student or was trained
            on samples of another format.
    """
    student = SampleFormat.of(dataset)
    teachers = []
    for name in names:
        manifest = read_manifest(weights_folder(name, weights_dir))
        if manifest["vocabulary"] != model.vocabulary:
            raise ArtifactError(
                f"The teacher {name} reads the characters {manifest['vocabulary']!r}, the student "
                f"{model.vocabulary!r}. Take a teacher of the same characters."
            )
        _check_input(name, manifest["input"], student)
        config = ExperimentConfig.from_dict(manifest["experiment"])
        network = build_model(config, student.input_shape, student.output_shape).network
        initialize(network, model.vocabulary, name, weights_dir)
        teachers.append(network)
    return teachers


def _check_input(name: str, spec: Mapping[str, Any], student: SampleFormat) -> None:
    """Refuse a teacher whose `input` in its manifest is not what the student sees: it would read worse."""
    shape = spec["height"], spec["width"], 1
    teacher = SampleFormat(shape, student.output_shape, bool(spec.get("normalize")))
    if teacher != student:
        raise ArtifactError(
            f"The teacher {name} was trained on images of {teacher}; the data set of the student gives "
            f"{student}. Give dataset_args the values of the teacher."
        )
