"""Starts a network from the weights of another one, trained on other data or for other characters."""

import logging
from collections.abc import Sequence

import keras
import numpy as np

from text_recognizer.arrays import Floats
from text_recognizer.errors import ArtifactError
from text_recognizer.vocabulary import base_of

logger = logging.getLogger(__name__)

# By how much a new character is less likely than the one that it looks like, as a logarithm: else five
# accents would take five sixths of the probability of their letter.
_BASE_LOG_ODDS = 4.0


def initialize(network: keras.Model, vocabulary: str, trained: Sequence[Floats], theirs: str) -> None:
    """Set the weights of `network` to those of another one that is alike up to its labels.

    Where the characters differ, each label of `network` takes the weights of the same character. New
    characters start from those of the character that they look like, see `base_of`, but less likely; those
    that look like none keep their random ones. Both are logged.

    Args:
        network: The network to start.
        vocabulary: Its characters, which are its last labels; before them may stand a blank.
        trained: The other one's weights, (...,) each; those of its last layer end with its labels.
        theirs: Its characters.

    Raises:
        ArtifactError: If the networks have other labels beside the characters; then nothing is set.
    """
    label_weights = {id(weight) for weight in network.layers[-1].weights}
    values = [
        _relabel(np.array(keras.ops.convert_to_numpy(weight)), value, theirs, vocabulary)
        if id(weight) in label_weights
        else value
        for weight, value in zip(network.weights, trained, strict=True)
    ]
    for weight, value in zip(network.weights, values, strict=True):
        weight.assign(value)
    _report(theirs, vocabulary)


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
        elif (place := theirs.find(base_of(character) or character)) >= 0:
            value[..., others + label] = trained[..., others + place]
            if value.ndim == 1:  # the biases
                value[others + label] -= _BASE_LOG_ODDS
        elif value.ndim == 1:
            value[others + label] = trained.min() - _BASE_LOG_ODDS
    return value


def _report(theirs: str, ours: str) -> None:
    if new := "".join(c for c in ours if c not in theirs):
        logger.info("Characters that are new: %r", new)
    if dropped := "".join(c for c in theirs if c not in ours):
        logger.info("Characters that are not read any more: %r", dropped)
