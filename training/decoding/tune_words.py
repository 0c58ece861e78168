"""Tune the beam search of a word model on validation words: `python -m training.decoding.tune_words NAME`.

`tuner` says how; what counts is the share of words that are read right. Then the probability that all of a
word is right is calibrated. `--save` writes the result to decoding.json beside the model; an export removes
that file. No test word is used.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from text_recognizer.decoding.calibration import Calibrations, features
from text_recognizer.decoding.config import DECODERS, DecoderName, DecodingConfig
from text_recognizer.decoding.language_model.loading import load_language_model
from text_recognizer.decoding.line_decoder import LineDecoder
from text_recognizer.tooling.command import add_mirror_argument, command_parser, run_command
from text_recognizer.tooling.selection import add_limit_argument
from text_recognizer.vocabulary import Vocabulary
from text_recognizer.word_predictor import DEFAULT_WORD_MODEL, WordPredictor
from training.decoding.calibrate import cross_validated, fit
from training.decoding.line_logits import LineLogits
from training.decoding.tuner import Goal, compare
from training.decoding.tuning_command import add_search_arguments, save_search
from training.decoding.word_logits import validation_words, word_logits

WORD_LANGUAGE_MODEL = "LanguageModel_BrownWords_character_6gram"
MAX_WORD_MS = 1.0  # processor time: the whole way from the file to the text is to take 3.5
WORDS = Goal(
    "wer",
    least_gain=0.002,
    milliseconds=MAX_WORD_MS,
    widths=(4, 6, 8, 12),
    greedy_above=(0.5, 0.7, 0.9, 1.0),
)  # a gain of less than a word in 500 is noise


def calibrate_words(
    vocabulary: Vocabulary, config: DecodingConfig, decoder: DecoderName, words: Sequence[LineLogits]
) -> tuple[Calibrations, dict[str, float]]:
    """Return the calibrations of a decoder, and the expected calibration errors before and after.

    Args:
        vocabulary: Meaning of the labels.
        config: How to search.
        decoder: Whose confidences.
        words: Validation words.
    """
    raw = LineDecoder(vocabulary, replace(config, calibration={}), decoder)
    read = [raw.decode_word(word.logits) for word in words]
    confidences = np.array([confidence for _, confidence in read], np.float64)
    right = np.array([text == word.text for (text, _), word in zip(read, words, strict=True)], np.float64)
    x = features(confidences)
    errors = cross_validated((x[::2], right[::2]), (x[1::2], right[1::2]))
    sys.stdout.write(f"{decoder}: expected calibration error {errors}\n")
    return Calibrations(word=fit(x, right)), errors


def tune_words(
    vocabulary: Vocabulary, words: Sequence[LineLogits], language_model: str, goal: Goal = WORDS
) -> tuple[DecodingConfig, dict[str, Any]]:
    """Return the best configuration, and the scores of all decoders on validation words.

    Args:
        vocabulary: Meaning of the labels.
        words: Validation words.
        language_model: Name of its folder.
        goal: What is better.
    """
    model = load_language_model(language_model, characters=vocabulary.characters)
    beam, scores = compare(words, vocabulary, model, goal)
    config = DecodingConfig(language_model=language_model, beam=beam)
    measured: dict[str, Any] = {name: found.to_dict() for name, found in scores.items()}
    calibration = {}
    for decoder in DECODERS:
        calibration[decoder], measured[f"calibration_{decoder}"] = calibrate_words(
            vocabulary, config, decoder, words
        )
    return replace(config, calibration=calibration), measured


def _work(options: argparse.Namespace) -> None:
    predictor = WordPredictor(options.weights, decoder="greedy")
    words = word_logits(predictor, validation_words(predictor, options.limit))
    config, measured = tune_words(predictor.vocabulary, words, options.language_model)
    if options.save:
        save_search(
            predictor.artifact.path.parent,
            predictor.artifact.sha256,
            replace(config, decoder=options.default),
            measured,
            f"{len(words)} validation words",
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = command_parser(__doc__)
    parser.add_argument("weights", nargs="?", default=DEFAULT_WORD_MODEL, help="default: %(default)s")
    add_search_arguments(parser, WORD_LANGUAGE_MODEL, "beam")
    add_limit_argument(parser, "words to tune on")
    add_mirror_argument(parser)
    return run_command(parser, _work, arguments)


if __name__ == "__main__":
    sys.exit(main())
