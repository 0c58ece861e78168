"""Training on what other networks say of the same images, beside the labels.

Hinton, Vinyals, Dean, "Distilling the knowledge in a neural network", 2015 (arXiv 1503.02531); teachers and
student see the same augmented image: Beyer et al., "Knowledge distillation: a good teacher is patient and
consistent", CVPR 2022 (arXiv 2106.05237).
"""

import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
from keras import ops

from text_recognizer.artifacts import MANIFEST, WEIGHTS_DIR
from text_recognizer.errors import ArtifactError, ConfigError
from text_recognizer.models.base import Model
from training.config import ExperimentConfig
from training.initialization import initialize, weights_folder
from training.job import build_model

logger = logging.getLogger(__name__)


class DistilledNetwork(keras.Model):
    """Trains a student: (1 - weight) x its loss + weight x cross-entropy with its teachers' mean.

    The cross-entropy is summed over the steps of a line, as the CTC loss is. Only the student has variables
    to train, and it is the very network that was given: nothing has to be taken out of this one afterwards.
    """

    def __init__(self, student: keras.Model, teachers: Sequence[keras.Model], weight: float) -> None:
        """Take networks with logits (N, classes) or (N, steps, classes), all of one shape.

        Args:
            student: The network to train.
            teachers: At least one trained network.
            weight: Share of the teachers, in [0, 1].

        Raises:
            ConfigError: If the shapes of the logits differ, or they are no classes of characters or steps.
        """
        super().__init__()
        for teacher in teachers:
            if teacher.output_shape != student.output_shape or len(student.output_shape) > 3:
                raise ConfigError(
                    f"Expected teachers with logits (N, classes) or (N, steps, classes) like the student's "
                    f"{student.output_shape}; received {teacher.output_shape}."
                )
            teacher.trainable = False
        self.student, self.teachers, self.weight = student, list(teachers), weight

    def call(self, images: Any, training: bool | None = None) -> Any:
        """Return the logits of the student."""
        return self.student(images, training=training)

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """Return the loss of a batch."""
        labels = super().compute_loss(x, y, y_pred, sample_weight, training)
        probabilities = sum(ops.softmax(teacher(x, training=False)) for teacher in self.teachers)
        agreement = ops.sum(probabilities * ops.log_softmax(y_pred), axis=tuple(range(1, len(y_pred.shape))))
        return (1 - self.weight) * labels - self.weight * ops.mean(agreement) / len(self.teachers)


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
        manifest = json.loads((weights_folder(name, weights_dir) / MANIFEST).read_text(encoding="utf-8"))
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
