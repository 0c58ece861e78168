"""Score the line predictor: CER and WER of single lines.

Data sets: `iam` (Aachen split), `stanford` (other_hands/stanford_letters_1905), `emnist_lines`; else a folder
of the data root that holds labels.tsv and the images it names; `labels` is the data root itself.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from evaluation.common import (
    TEXT_CONVENTION,
    argument_parser,
    describe_run,
    run_evaluation,
    source_folder,
    timed,
)
from evaluation.texts import TextItem, iam_lines, labelled_images, load_iam, load_or_blank, score_texts
from text_recognizer.datasets.emnist.lines_dataset import EmnistLinesDataset
from text_recognizer.decoding.config import DECODERS
from text_recognizer.line_predictor import DEFAULT_LINE_MODEL, LinePredictor
from text_recognizer.tooling.selection import spread

FOLDERS = {"stanford": "other_hands/stanford_letters_1905", "labels": "."}


def read_items(
    options: argparse.Namespace, experiment: dict[str, Any] | None = None
) -> tuple[list[TextItem], int]:
    """Return the lines to score and how many lack an image.

    Args:
        options: Of the command line.
        experiment: By which the model was trained: its EMNIST lines are the ones to score.

    Raises:
        DataError: If the data is missing.
    """
    if options.dataset == "iam":
        return iam_lines(load_iam(source_folder(options, "iam")), options.split)
    if options.dataset == "emnist_lines":
        return _emnist_lines(options, experiment or {}), 0
    folder = source_folder(options, FOLDERS.get(options.dataset, options.dataset))
    return labelled_images(folder, folder.resolve().name)


def _emnist_lines(options: argparse.Namespace, experiment: dict[str, Any]) -> list[TextItem]:
    trained_here = experiment.get("dataset") == EmnistLinesDataset.__name__
    trained_with = experiment.get("dataset_args", {}) if trained_here else {}
    dataset = EmnistLinesDataset(**trained_with | options.dataset_args)
    dataset.load_or_generate_data()
    lines = dataset.splits[options.split]
    return [
        TextItem(line_id, "emnist_lines", np.asarray(255 - image, np.uint8), text)  # dark on light, as a scan
        for line_id, image, text in zip(lines.ids, lines.images, lines.targets, strict=True)
    ]


def evaluate(options: argparse.Namespace) -> tuple[str, dict[str, Any]]:
    """Score a data set; returns the name of the result and the result."""
    predictor = LinePredictor(options.weights, decoder=options.decoder)
    found, missing = read_items(options, predictor.artifact.manifest.get("experiment"))
    items = spread(found, options.limit)
    predictions, milliseconds = timed(lambda image: predictor.predict(image).text, items, load_or_blank)
    result = {
        **describe_run(predictor.artifact, options, options.dataset),
        **describe_decoder(predictor),
        "text_convention": TEXT_CONVENTION,
        "missing": missing,
        "ms_per_item": milliseconds,
        **score_texts(items, predictions),
    }
    chosen = "" if options.decoder is None else f"_{options.decoder}"
    return f"line_predictor_{options.weights}{chosen}_on_{options.dataset}_{options.split}".replace(
        "/", "_"
    ), result


def add_decoder_argument(parser: argparse.ArgumentParser) -> None:
    """Add `--decoder`."""
    parser.add_argument("--decoder", choices=DECODERS, help="default: what the model's decoding.json says")


def describe_decoder(predictor: LinePredictor) -> dict[str, Any]:
    """Return what a result says of the decoding; nothing for a model that leaves no choice."""
    if predictor.decoder is None:
        return {}
    config = predictor.decoder.config
    beam = {"language_model": config.language_model, "beam": asdict(config.beam)}
    return {"decoder": predictor.decoder.decoder, **(beam if predictor.decoder.decoder == "beam" else {})}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = argument_parser(__doc__, DEFAULT_LINE_MODEL, {"emnist_lines": EmnistLinesDataset})
    parser.add_argument(
        "--dataset",
        default="iam",
        help="iam, stanford, emnist_lines, labels (the data root itself holds labels.tsv) or a folder of the "
        "data root that does; default: %(default)s",
    )
    add_decoder_argument(parser)
    return run_evaluation(parser, evaluate, arguments)


if __name__ == "__main__":
    sys.exit(main())
