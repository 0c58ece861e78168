"""Calibrate the confidences of characters, words, lines, whole texts and numbers.

It is run as `python -m training.decoding.calibrate`.

Platt scaling (Platt 1999) of each kind's log odds, with what else the line tells (`Evidence`), fitted on the
validation lines of IAM and of each set of many_hands: what is fitted to IAM alone is too sure of other hands.
Lone words and numbers state the probability that all of them is right; they say nothing about lines. The
expected calibration error (Guo et al. 2017, arXiv 1706.04599, equation 3) is reported before, and after with
the parameters of the other half of the lines, so that no line is judged by a fit to itself.
Sentences hold few numbers: those are generated in handwriting fonts; `--numbers` fits to them alone.
`training.decoding.tune --save` does this too; `--save` here replaces only the calibration. The saved
parameters are fitted on all lines.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, astuple, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from text_recognizer.arrays import Reals
from text_recognizer.decoding.calibration import NO_EVIDENCE, Calibration, Calibrations, Evidence, features
from text_recognizer.decoding.confidences import has_digit, is_numeric, is_sentence, word_spans
from text_recognizer.decoding.config import (
    DECODERS,
    DECODING,
    DecoderName,
    DecodingConfig,
    read_decoding,
)
from text_recognizer.decoding.line_decoder import DecodedLine, LineDecoder
from text_recognizer.errors import DataError
from text_recognizer.files import write_json
from text_recognizer.line_predictor import DEFAULT_LINE_MODEL, LinePredictor
from text_recognizer.metrics.calibration import expected_calibration_error, matched
from text_recognizer.metrics.text import edit_distance
from text_recognizer.tooling.command import add_mirror_argument, command_parser, run_command
from text_recognizer.tooling.selection import add_limit_argument
from text_recognizer.vocabulary import Vocabulary
from training.decoding.hand_lines import pages, validation_sets
from training.decoding.line_logits import LineLogits
from training.decoding.number_lines import number_logits

MAX_NEWTON_STEPS = 50  # a bound: near the optimum each step doubles the number of right digits
MIN_NEWTON_STEP = 1e-9  # slope and offset are near 1: a smaller step changes no confidence
IDENTITY_WEIGHT = 1e-3  # per sample: keeps the fit finite where every sample is right

ALTERNATIVES = 5  # texts of each line that are judged: what people ask for

# (N, 5) features of confidences, see `decoding.calibration.features`, and (N,) how right each was, 0-1
Judged = tuple[Reals, Reals]
Samples = dict[str, Judged]  # by kind
Errors = dict[str, float]  # see `cross_validated`


def collect(decoder: LineDecoder, lines: Sequence[LineLogits]) -> list[Samples]:
    """Return the confidences in each line of a page and how right they were."""
    known = decoder.language_of([line.logits for line in lines])
    return [_samples(decoder.decode(line.logits, known=known), line.text) for line in lines]


def _samples(decoded: DecodedLine, text: str) -> Samples:
    """Return the confidences in a line that says `text`, and how right they were."""
    evidence, alternatives = decoded.evidence, decoded.alternatives
    words = [decoded.text[first:end] for first, end in word_spans(decoded.text)]
    whole = is_sentence(decoded.text)
    plain = np.array([whole and not has_digit(word) for word in words], np.bool_)
    right = np.array(matched(words, text.split()), np.float64)
    errors = edit_distance(decoded.text, text) / max(1, len(text))
    lines = [(decoded.confidence, max(0.0, 1 - errors))] if whole else []
    return {
        "character": _judged(decoded.character_confidences, matched(decoded.text, text), evidence),
        "word": _judged(
            decoded.word_confidences[plain], right[plain], evidence, decoded.unknown_words[plain]
        ),
        "line": _judged([shown for shown, _ in lines], [share for _, share in lines], evidence),
        # Their scores are of the search, which has weighed the language model already.
        "text": _judged([shown for _, shown in alternatives], [found == text for found, _ in alternatives]),
    }


def collect_numbers(decoder: LineDecoder, lines: Sequence[LineLogits]) -> list[Samples]:
    """Return the confidence in each line that is read as a number, and whether all of it was right."""
    decoded = [(decoder.decode(line.logits), line.text) for line in lines]
    return [
        {"number": _judged([read.confidence], [read.text == text], unknown=read.text.isdecimal())}
        for read, text in decoded
        if is_numeric(read.text)
    ]


def _judged(
    confidences: Sequence[float] | Reals,
    right: Sequence[float] | Reals,
    evidence: Evidence = NO_EVIDENCE,
    unknown: npt.ArrayLike = 0.0,
) -> Judged:
    """Return confidences (N,) in a line and how right they were, (N,); `unknown` is one for all, or (N,)."""
    return features(np.array(confidences, np.float64), evidence, unknown), np.array(right, np.float64)


def joined(samples: Sequence[Samples], kind: str) -> Judged:
    """Return the features of confidences of one kind in all lines, (N, 5), and how right they were, (N,)."""
    parts = [sample[kind] for sample in samples]
    nothing = _judged([], [])
    return (
        np.concatenate([nothing[0], *(x for x, _ in parts)]),
        np.concatenate([nothing[1], *(right for _, right in parts)]),
    )


def fit(x: Reals, right: Reals) -> Calibration:
    """Return the calibration of least cross-entropy, by Newton's method, pulled slightly to the identity.

    Args:
        x: (N, 5) features of confidences.
        right: (N,), how right each was, 0-1.
    """
    identity = np.array([*astuple(Calibration())])  # (5,): what changes nothing
    # Never 0, so that the Hessian has an inverse even without samples.
    pull = IDENTITY_WEIGHT * len(x) + 1e-9

    def loss(weights: Reals) -> float:
        """Return the cross-entropy and the pull of the weights, (5,)."""
        z = x @ weights
        entropy = float((np.logaddexp(0, z) - right * z).sum())
        return entropy + float(pull * ((weights - identity) ** 2).sum()) / 2

    weights = identity
    for _ in range(MAX_NEWTON_STEPS):
        p = np.exp(-np.logaddexp(0, -(x @ weights)))
        gradient = x.T @ (p - right) + pull * (weights - identity)
        hessian = (x * (p * (1 - p))[:, None]).T @ x + pull * np.eye(len(identity))
        step = np.linalg.solve(hessian, gradient)
        while np.abs(step).max() > MIN_NEWTON_STEP and loss(weights - step) > loss(weights):
            step = step / 2  # far from the optimum Newton's steps are too long
        weights = weights - step
    return Calibration(*weights.tolist())


def cross_validated(*halves: Judged) -> Errors:
    """Return the expected calibration errors before and after calibration.

    Args:
        halves: Two, each of which is judged by a fit to the other one.
    """
    before: list[float] = []
    after: list[float] = []
    for fitted, (x, right) in (halves, halves[::-1]):
        for calibration, errors in ((Calibration(), before), (fit(*fitted), after)):
            errors.append(expected_calibration_error(calibration.of(x), right))
    return {"ece_before": round(float(np.mean(before)), 4), "ece_after": round(float(np.mean(after)), 4)}


def calibrate(
    vocabulary: Vocabulary,
    config: DecodingConfig,
    decoder: DecoderName,
    sets: Sequence[Sequence[LineLogits]],
    numbers: Sequence[LineLogits],
) -> tuple[Calibrations, dict[str, Errors]]:
    """Return the calibrations of a decoder and the expected calibration errors before and after.

    Args:
        vocabulary: Meaning of the labels.
        config: How to search.
        decoder: Whose confidences.
        sets: Lines of sentences, of one or several data sets; those of a page are in one language.
        numbers: Lines that are numbers, dates, times or codes.
    """
    raw = LineDecoder(vocabulary, replace(config, calibration={}), decoder)
    if decoder == "beam":
        raw = raw.with_alternatives(ALTERNATIVES)
    sentences = [sample for lines in sets for page in pages(lines) for sample in collect(raw, page)]
    found, errors = {}, {}
    for kind in ("character", "word", "line", "text"):
        found[kind], errors[kind] = _fitted(sentences, kind, decoder)
    found["number"], errors["number"] = _fitted(collect_numbers(raw, numbers), "number", decoder)
    return Calibrations(**found), errors


def _fitted(samples: Sequence[Samples], kind: str, decoder: DecoderName) -> tuple[Calibration, Errors]:
    """Return the calibration of a kind of confidences, and what it changes."""
    errors = cross_validated(joined(samples[::2], kind), joined(samples[1::2], kind))
    sys.stdout.write(f"{decoder}, {kind}: expected calibration error {errors}\n")
    return fit(*joined(samples, kind)), errors


def with_numbers(
    vocabulary: Vocabulary, config: DecodingConfig, decoder: DecoderName, numbers: Sequence[LineLogits]
) -> tuple[Calibrations, dict[str, Errors]]:
    """Return the calibrations of a decoder with that of numbers fitted anew; see `calibrate`."""
    raw = LineDecoder(vocabulary, replace(config, calibration={}), decoder)
    number, errors = _fitted(collect_numbers(raw, numbers), "number", decoder)
    return replace(config.calibration.get(decoder, Calibrations()), number=number), {"number": errors}


def _work(options: argparse.Namespace) -> None:
    predictor = LinePredictor(options.weights, decoder="greedy")
    folder, known = predictor.artifact.path.parent, predictor.vocabulary
    config = read_decoding(folder, predictor.artifact.sha256)
    numbers = number_logits(predictor)
    if options.numbers:
        found = {decoder: with_numbers(known, config, decoder, numbers) for decoder in DECODERS}
    else:
        sets = [lines for _, lines in validation_sets(predictor, options.limit)]
        found = {decoder: calibrate(known, config, decoder, sets, numbers) for decoder in DECODERS}
    if options.save:
        save(folder, found)


def save(folder: Path, found: Mapping[DecoderName, tuple[Calibrations, Mapping[str, Any]]]) -> None:
    """Replace the calibrations in the decoding.json of a model's folder.

    Raises:
        DataError: If the file is missing: the beam search has to be tuned first.
    """
    path = folder / DECODING
    if not path.is_file():
        raise DataError(f"There is no {path}. Run python -m training.decoding.tune --save first.")
    content = json.loads(path.read_text(encoding="utf-8"))
    for decoder, (calibrations, errors) in found.items():
        content["calibration"][decoder] = asdict(calibrations)
        content["measured"].setdefault(f"calibration_{decoder}", {}).update(errors)
    write_json(path, content)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = command_parser(__doc__)
    add_mirror_argument(parser)
    parser.add_argument("--weights", default=DEFAULT_LINE_MODEL, help="line model; default: %(default)s")
    add_limit_argument(parser, "lines of each set to fit on", 200)
    parser.add_argument("--numbers", action="store_true", help="fit the confidences of numbers alone")
    parser.add_argument("--save", action="store_true", help=f"put it into {DECODING} beside the model")
    return run_command(parser, _work, arguments)


if __name__ == "__main__":
    sys.exit(main())
