"""Starts a network from the weights of another one, trained on other data or for other characters."""

import logging
from pathlib import Path

import keras
import numpy as np

from text_recognizer.arrays import Floats
from text_recognizer.errors import ArtifactError
from text_recognizer.inference.artifacts import WEIGHTS, read_manifest
from training.weights_file import read_half_weights

logger = logging.getLogger(__name__)


def initialize(network: keras.Model, vocabulary: str, folder: Path) -> None:
    """Set the weights of `network` from a model that was exported here.

    The networks must be alike up to the labels. Where the characters differ, each label of `network` takes
    the weights of the same character; new characters keep their random ones. Both are logged.

    Args:
        network: The network to start.
        vocabulary: Its characters, which are its last labels; before them may stand a blank.
        folder: Of the exported model.

    Raises:
        ArtifactError: If the model is damaged or belongs to another network.
    """
    theirs = _vocabulary(folder)
    label_weights = {id(weight) for weight in network.layers[-1].weights}
    shapes = [
        (*weight.shape[:-1], None) if id(weight) in label_weights else tuple(weight.shape)
        for weight in network.weights
    ]
    values = read_half_weights(folder / WEIGHTS, shapes)
    for i, weight in enumerate(network.weights):
        if id(weight) in label_weights:
            values[i] = _relabel(np.array(keras.ops.convert_to_numpy(weight)), values[i], theirs, vocabulary)
    for weight, value in zip(network.weights, values, strict=True):
        weight.assign(value)
    _report(folder, theirs, vocabulary)


def _vocabulary(folder: Path) -> str:
    return str(read_manifest(folder, "vocabulary")["vocabulary"])


def _relabel(random: Floats, trained: Floats, theirs: str, ours: str) -> Floats:
    """Return `trained` (..., labels), labels in the order of `ours`; what it lacks is taken from `random`."""
    others, their_others = random.shape[-1] - len(ours), trained.shape[-1] - len(theirs)
    if others != their_others:
        raise ArtifactError(
            f"Expected {others} labels beside the characters; received {their_others}. Start from a model of "
            "the same model."
        )
    value = random.copy()
    value[..., :others] = trained[..., :others]
    for label, character in enumerate(ours):
        if (place := theirs.find(character)) >= 0:
            value[..., others + label] = trained[..., others + place]
    return value


def _report(folder: Path, theirs: str, ours: str) -> None:
    logger.info("Started from the weights of %s", folder.name)
    if new := "".join(c for c in ours if c not in theirs):
        logger.info("Characters that are new and start at random: %r", new)
    if dropped := "".join(c for c in theirs if c not in ours):
        logger.info("Characters that are not read any more: %r", dropped)
