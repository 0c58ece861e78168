"""Calibrate the confidences of characters, words and lines: `python -m evaluation.calibrate_confidence`.

Platt scaling (Platt 1999) of each kind's log odds, fitted on validation lines. The expected calibration error
(Guo et al. 2017, arXiv 1706.04599, equation 3) is reported before, and after with the parameters of the
other half of the lines: no line is judged by what was fitted on it. `evaluation.tune_decoding --save` does
this too; `--save` here replaces the calibration alone. What is kept is fitted on all lines.
"""

import argparse
import json
import logging
import sys
from collections.abc import Hashable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from evaluation.common import source_folder, write_result
from evaluation.line_logits import LineLogits, line_logits
from text_recognizer.decoding.calibration import Calibration, Calibrations, log_odds
from text_recognizer.decoding.config import (
    DECODERS,
    DECODING,
    DecoderName,
    DecodingConfig,
    read_decoding,
)
from text_recognizer.decoding.line_decoder import LineDecoder, word_places
from text_recognizer.errors import DataError, TextRecognizerError
from text_recognizer.line_predictor import DEFAULT_LINE_MODEL, LinePredictor
from text_recognizer.metrics.text import edit_distance
from text_recognizer.tooling.data_root import set_mirror
from text_recognizer.vocabulary import Vocabulary

BINS = 10

Reals = npt.NDArray[np.float64]
Samples = dict[str, tuple[Reals, Reals]]  # kind -> confidences and how right each was, 0-1


def matched(prediction: Sequence[Hashable], reference: Sequence[Hashable]) -> list[bool]:
    """Tell which items of a prediction the fewest edits to its reference leave as they are."""
    rows, columns = len(prediction), len(reference)
    cost = np.zeros((rows + 1, columns + 1), np.int64)
    cost[:, 0], cost[0] = np.arange(rows + 1), np.arange(columns + 1)
    for i in range(1, rows + 1):
        for j in range(1, columns + 1):
            change = cost[i - 1, j - 1] + (prediction[i - 1] != reference[j - 1])
            cost[i, j] = min(change, cost[i - 1, j] + 1, cost[i, j - 1] + 1)
    right, i, j = [False] * rows, rows, columns
    while i and j:
        change = int(prediction[i - 1] != reference[j - 1])
        if cost[i, j] == cost[i - 1, j - 1] + change:
            i, j = i - 1, j - 1
            right[i] = not change
        elif cost[i, j] == cost[i - 1, j] + 1:
            i -= 1
        else:
            j -= 1
    return right


def collect(decoder: LineDecoder, lines: Sequence[LineLogits]) -> list[Samples]:
    """Return the confidences of each line and how right they were."""
    samples = []
    for line in lines:
        decoded = decoder.decode(line.logits)
        words = [decoded.text[first:end] for first, end in word_places(decoded.text)]
        errors = edit_distance(decoded.text, line.text) / max(1, len(line.text))
        samples.append(
            {
                "character": (decoded.character_confidences, _reals(matched(decoded.text, line.text))),
                "word": (decoded.word_confidences, _reals(matched(words, line.text.split()))),
                "line": (_reals([decoded.confidence]), _reals([max(0.0, 1 - errors)])),
            }
        )
    return samples


def _reals(values: Sequence[float]) -> Reals:
    return np.array(values, np.float64)


def joined(samples: Sequence[Samples], kind: str) -> tuple[Reals, Reals]:
    """Return the confidences of one kind in all lines, and how right they were."""
    confidences, right = zip(*(sample[kind] for sample in samples), strict=True)
    return np.concatenate(confidences), np.concatenate(right)


def expected_calibration_error(confidences: Reals, right: Reals) -> float:
    """Return the mean distance between confidence and accuracy over `BINS` bins of equal numbers."""
    order = np.argsort(confidences, kind="stable")
    parts = np.array_split(order, BINS)
    gaps = [abs(float(confidences[p].sum() - right[p].sum())) for p in parts]
    return sum(gaps) / max(1, len(order))


def fit(confidences: Reals, right: Reals) -> Calibration:
    """Return the calibration of least cross-entropy, by Newton's method, slightly held to the identity."""
    x = np.stack([log_odds(confidences), np.ones(len(confidences))], axis=1)  # (N, 2)
    identity = np.array([1.0, 0.0])
    held = 1e-3 * len(x) + 1e-9

    def loss(weights: Reals) -> float:
        z = x @ weights
        entropy = float((np.logaddexp(0, z) - right * z).sum())
        return entropy + held / 2 * float(((weights - identity) ** 2).sum())

    weights = identity
    for _ in range(50):
        p = np.exp(-np.logaddexp(0, -(x @ weights)))
        gradient = x.T @ (p - right) + held * (weights - identity)
        hessian = (x * (p * (1 - p))[:, None]).T @ x + held * np.eye(2)
        step = np.linalg.solve(hessian, gradient)
        while np.abs(step).max() > 1e-9 and loss(weights - step) > loss(weights):
            step = step / 2  # far from the optimum Newton's steps are too long
        weights = weights - step
    return Calibration(float(weights[0]), float(weights[1]))


def calibrate(
    vocabulary: Vocabulary, config: DecodingConfig, decoder: DecoderName, lines: Sequence[LineLogits]
) -> tuple[Calibrations, dict[str, Any]]:
    """Return the calibrations of a decoder and the expected calibration errors before and after."""
    raw = LineDecoder(vocabulary, replace(config, calibration={}), decoder)
    samples = collect(raw, lines)
    halves = samples[::2], samples[1::2]
    found, errors = {}, {}
    for kind in ("character", "word", "line"):
        found[kind] = fit(*joined(samples, kind))
        before, after = [], []
        for fitted, judged in (halves, halves[::-1]):
            confidences, right = joined(judged, kind)
            before.append(expected_calibration_error(confidences, right))
            calibrated = fit(*joined(fitted, kind)).apply(confidences)
            after.append(expected_calibration_error(calibrated, right))
        errors[kind] = {
            "ece_before": round(float(np.mean(before)), 4),
            "ece_after": round(float(np.mean(after)), 4),
        }
        sys.stdout.write(f"{decoder}, {kind}: expected calibration error {errors[kind]}\n")
    return Calibrations(**found), errors


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--data-root", type=Path, help="folder that holds iam/")
    parser.add_argument("--weights", default=DEFAULT_LINE_MODEL, help="line model; default: %(default)s")
    parser.add_argument("--limit", type=int, default=200, help="lines; default: %(default)s")
    parser.add_argument("--save", action="store_true", help=f"put it into {DECODING} beside the model")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    try:
        if options.data_root is not None:
            set_mirror(options.data_root)
        predictor = LinePredictor(options.weights, decoder="greedy")
        lines = line_logits(predictor, source_folder(options, "iam"), options.limit, "validation")
        folder = predictor.artifact.path.parent
        config = read_decoding(folder, predictor.artifact.sha256)
        found = {decoder: calibrate(predictor.vocabulary, config, decoder, lines) for decoder in DECODERS}
        if options.save:
            _save(folder, found)
    except TextRecognizerError as error:
        logging.getLogger(__name__).error("%s", error)
        return 1
    return 0


def _save(folder: Path, found: dict[DecoderName, tuple[Calibrations, dict[str, Any]]]) -> None:
    path = folder / DECODING
    if not path.is_file():
        raise DataError(f"Expected {path}; found none. Run evaluation.tune_decoding --save first.")
    content = json.loads(path.read_text(encoding="utf-8"))
    for decoder, (calibrations, errors) in found.items():
        content["calibration"][decoder] = asdict(calibrations)
        content["measured"][f"calibration_{decoder}"] = errors
    write_result(content, path)


if __name__ == "__main__":
    sys.exit(main())
