"""Networks that teach others: shipped models, with their weights."""

import logging
from collections.abc import Sequence
from pathlib import Path

import keras

from text_recognizer.errors import ArtifactError
from text_recognizer.inference.artifacts import WEIGHTS_DIR, read_manifest
from text_recognizer.models.base import Model
from training.build import build_model
from training.config import ExperimentConfig
from training.fitting.initialization import initialize, weights_folder

logger = logging.getLogger(__name__)


def load_teachers(
    model: Model,
    names: Sequence[str],
    input_shape: tuple[int | None, ...],
    output_shape: tuple[int | None, ...],
    weights_dir: Path = WEIGHTS_DIR,
) -> list[keras.Model]:
    """Return the networks of shipped models, with their weights and the labels of `model`.

    Args:
        model: The student.
        names: Models in `weights_dir`, or folders with weights.h5 and manifest.json.
        input_shape: Of the student's data set.
        output_shape: Of the student's data set.
        weights_dir: Folder of the models.

    Raises:
        ArtifactError: If there is no such model, or it has other characters than the student.
    """
    teachers = []
    for name in names:
        manifest = read_manifest(weights_folder(name, weights_dir), "vocabulary", "experiment")
        if manifest["vocabulary"] != model.vocabulary:
            raise ArtifactError(
                f"Expected a teacher of {model.vocabulary!r}; received {name}, which reads "
                f"{manifest['vocabulary']!r}."
            )
        config = ExperimentConfig.from_dict(manifest["experiment"])
        network = build_model(config, input_shape, output_shape).network
        initialize(network, model.vocabulary, name, weights_dir)
        teachers.append(network)
    return teachers
