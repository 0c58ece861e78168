"""Tune the beam search of a line model on validation lines: `python -m training.decoding.tune [--save]`.

`tuner` says how. Then the confidences of the decoders are calibrated, on many hands. `--save` writes the
result to decoding.json beside the model. An export removes that file, so tune again after each export. The
network runs once per model; its logits are kept under the data root. No test line is used.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from text_recognizer.decoding.calibration import Calibrations
from text_recognizer.decoding.config import DecoderName, DecodingConfig
from text_recognizer.decoding.language_model.loading import DEFAULT_LANGUAGE_MODEL, load_language_model
from text_recognizer.line_predictor import DEFAULT_LINE_MODEL, LinePredictor
from text_recognizer.tooling.command import add_mirror_argument, command_parser, run_command
from text_recognizer.tooling.selection import add_limit_argument
from training.decoding.calibrate import calibrate
from training.decoding.hand_lines import validation_sets
from training.decoding.line_logits import LineLogits
from training.decoding.number_lines import number_logits
from training.decoding.tuner import Goal, compare
from training.decoding.tuning_command import add_search_arguments, save_search

MAX_LINE_MS = 8.0  # processor time, about what the network itself takes for a line of 1,024 columns
LINES = Goal("cer", least_gain=0.0002, milliseconds=MAX_LINE_MS, widths=(8, 16, 24, 32))  # on 468 lines


def tune(
    predictor: LinePredictor,
    sets: Sequence[Sequence[LineLogits]],
    numbers: Sequence[LineLogits],
    language_model: str,
    goal: Goal = LINES,
) -> tuple[DecodingConfig, dict[str, Any]]:
    """Return the best configuration, and the scores of all decoders on validation lines.

    Args:
        predictor: Whose network emitted the logits.
        sets: Validation lines of data sets. The search is tuned on the first one, all are calibrated on.
        numbers: Lines that are numbers, to calibrate on.
        language_model: Name of its folder.
        goal: What is better.
    """
    vocabulary = predictor.vocabulary
    model = load_language_model(language_model, characters=vocabulary.characters)
    beam, scores = compare(sets[0], vocabulary, model, goal)
    config = DecodingConfig(language_model=language_model, beam=beam)
    calibration: dict[DecoderName, Calibrations] = {}
    measured: dict[str, Any] = {name: value.to_dict() for name, value in scores.items()}
    for decoder in ("greedy", "beam"):
        calibration[decoder], measured[f"calibration_{decoder}"] = calibrate(
            vocabulary, config, decoder, sets, numbers
        )
    return replace(config, calibration=calibration), measured


def _parser() -> argparse.ArgumentParser:
    parser = command_parser(__doc__)
    add_mirror_argument(parser)
    parser.add_argument("--weights", default=DEFAULT_LINE_MODEL, help="line model; default: %(default)s")
    add_search_arguments(parser, DEFAULT_LANGUAGE_MODEL, "greedy")
    add_limit_argument(parser, "lines of each set")
    parser.add_argument(
        "--milliseconds",
        type=float,
        default=MAX_LINE_MS,
        help="that beam search may take for a line on one core of this machine; default: %(default)s",
    )
    return parser


def _work(options: argparse.Namespace) -> None:
    predictor = LinePredictor(options.weights, decoder="greedy")
    sets = [lines for _, lines in validation_sets(predictor, options.limit)]
    goal = replace(LINES, milliseconds=options.milliseconds)
    config, measured = tune(predictor, sets, number_logits(predictor), options.language_model, goal)
    if options.save:
        save_search(
            predictor.artifact.path.parent,
            predictor.artifact.sha256,
            replace(config, decoder=options.default),
            measured,
            f"{len(sets[0])} lines of IAM validation (Aachen); calibrated on {sum(map(len, sets))} lines",
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    return run_command(_parser(), _work, arguments)


if __name__ == "__main__":
    sys.exit(main())
