"""Logits of validation words: what the decoding of word models is tuned and calibrated on."""

import logging
from collections.abc import Mapping
from typing import Any

import numpy as np

from text_recognizer.datasets.dataset import Split
from text_recognizer.datasets.words.labelled_dataset import LabelledWordsDataset
from text_recognizer.datasets.words.synthetic_dataset import SyntheticWordsDataset
from text_recognizer.errors import DataError
from text_recognizer.preprocessing.words import WORD_HEIGHT
from text_recognizer.tooling.selection import spread
from text_recognizer.vocabulary import VOCABULARIES
from text_recognizer.word_predictor import WordPredictor
from training.decoding.line_logits import LineLogits

BATCH_WORDS = 64  # handed to the network at a time: their inputs are kept until it has run
GENERATED_WORDS = 2000  # of the lexicon, and as many of words that it lacks
MAX_INK = 255  # of a data set's images; networks take 0-1

logger = logging.getLogger(__name__)


def validation_words(predictor: WordPredictor, limit: int | None = None) -> Split:
    """Return validation words as the predictor's network takes them: real ones where they are at hand.

    Without the folders of real words, and for a model whose training had none, they are generated, half of
    them from words that the lexicon lacks; none of them is among the training's own.

    Args:
        predictor: Its vocabulary, its input and its experiment decide on the words.
        limit: How many, spread over all of them; None for all.

    Raises:
        ConfigError: If the limit is below 1, or the model has another vocabulary than data sets offer.
        DataError: If neither real words nor fonts are at hand.
    """
    spec = predictor.artifact.input
    names = [name for name, known in VOCABULARIES.items() if known == predictor.vocabulary.characters]
    if not names:
        raise DataError(f"No data set has the vocabulary of {predictor.artifact.name}: {[*VOCABULARIES]}.")
    shape = {"height": spec.height or WORD_HEIGHT, "width": spec.width, "vocabulary": names[0]}
    experiment = predictor.artifact.manifest.get("experiment", {})
    splits = ([] if _had_generated_alone(experiment) else _real(shape)) or _generated(experiment, shape)
    places = spread([(split, i) for split in splits for i in range(len(split))], limit)
    return Split(
        [split.ids[i] for split, i in places],
        [split.images[i] for split, i in places],
        [split.targets[i] for split, i in places],
    )


def _had_generated_alone(experiment: Mapping[str, Any]) -> bool:
    """Tell whether a model was trained on generated words and nothing else."""
    mixed = [part["dataset"] for part in experiment.get("mixture", [])]
    return {experiment.get("dataset"), *mixed} == {SyntheticWordsDataset.__name__}


def _real(shape: Mapping[str, Any]) -> list[Split]:
    """Return what is held back of the real words; nothing if they are not at hand."""
    real = LabelledWordsDataset(**shape)
    try:
        real.load_or_generate_data()
    except DataError as error:
        logger.warning("Generated words take the place of real ones. %s", error)
        return []
    return [real.splits["validation"]]


def _generated(experiment: Mapping[str, Any], shape: Mapping[str, Any]) -> list[Split]:
    """Return words in the mode of a model's training, by another seed."""
    known = experiment.get("dataset") == SyntheticWordsDataset.__name__
    given = experiment.get("dataset_args", {}) if known else {}
    generated = SyntheticWordsDataset(
        **shape, mode=given.get("mode", "rich"), seed=given.get("seed", 0) + 1, num_validation=GENERATED_WORDS
    )
    generated.load_or_generate_data()
    return [generated.splits["validation"], generated.splits["test"]]


def word_logits(predictor: WordPredictor, words: Split) -> list[LineLogits]:
    """Return the logits of words.

    Args:
        predictor: Whose network to run.
        words: Images (H, W) as its network takes them, and their texts.
    """
    found: list[LineLogits] = []
    for start in range(0, len(words), BATCH_WORDS):
        stop = start + BATCH_WORDS
        inks = [np.divide(image, MAX_INK, dtype=np.float32) for image in words.images[start:stop]]
        logits = predictor.predict_logits(inks)
        ids, texts = words.ids[start:stop], words.targets[start:stop]
        found += map(LineLogits, ids, texts, logits)
    return found
