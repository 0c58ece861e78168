"""Score the reading of whole pages: CER of the page's text, beside the CER of its lines read one by one.

Data sets: `iam` (handwriting cut out of the forms, Aachen split), `iam_forms` (whole forms, of which the
handwriting is wanted), `iam_forms_print` (whole forms, print wanted too; line breaks count as spaces),
`csafe` (other_hands/csafe_pages), or a folder of the mirror with labels.tsv and the images that it names;
`labels` means the mirror itself. The signature at the foot of a form is handwriting as well, but the truth
lacks it: for `iam_forms`, `cer_in_place` leaves out what is read above or below the true lines.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from evaluation.common import (
    TEXT_CONVENTION,
    argument_parser,
    describe_run,
    run_evaluation,
    source_folder,
    timed,
)
from evaluation.evaluate_line_predictor import add_decoder_argument, describe_decoder
from evaluation.items.pages import (
    Page,
    compared,
    form_pages,
    labelled_pages,
    layout_errors,
    load_page,
    score_true_lines,
    text_in_place,
)
from evaluation.items.texts import load_iam, score_texts
from text_recognizer.line_detector import DEFAULT_DETECTOR_MODEL, LineDetector
from text_recognizer.line_predictor import DEFAULT_LINE_MODEL, LinePredictor
from text_recognizer.metrics.text import character_error_rate
from text_recognizer.paragraph_text_recognizer import ParagraphTextRecognizer
from text_recognizer.predictions.types import LINE_KINDS
from text_recognizer.tooling.selection import spread

WITH_PRINT = "iam_forms_print"
FOLDERS = {"csafe": "other_hands/csafe_pages", "labels": "."}


def read_pages(options: argparse.Namespace) -> tuple[list[Page], int]:
    """Return the pages to score and how many lack an image.

    Raises:
        DataError: If the data is missing.
    """
    if options.dataset in ("iam", "iam_forms", WITH_PRINT):
        iam = load_iam(source_folder(options, "iam"))
        return form_pages(iam, options.split, options.dataset == "iam", options.dataset == WITH_PRINT)
    return labelled_pages(source_folder(options, FOLDERS.get(options.dataset, options.dataset)))


def evaluate(options: argparse.Namespace) -> tuple[str, dict[str, Any]]:
    """Score a data set; returns the name of the result and the result."""
    detector = LineDetector(options.detector)
    line_predictor = LinePredictor(options.weights, decoder=options.decoder)
    recognizer = ParagraphTextRecognizer(detector, line_predictor)
    found, missing = read_pages(options)
    pages = spread(found, options.limit)
    predictions, milliseconds = timed(
        lambda image: recognizer.predict(image, only=options.only), pages, load_page
    )
    result = {
        **describe_run(line_predictor.artifact, options, options.dataset),
        **describe_decoder(line_predictor),
        "detector": detector.artifact.name,
        "detector_sha256": detector.artifact.sha256,
        "text_convention": TEXT_CONVENTION,
        "missing": missing,
        "ms_per_item": milliseconds,
        "only": options.only,
        **score_texts(
            [replace(page.item, text=compared(page, page.item.text)) for page in pages],
            [compared(page, prediction.text) for page, prediction in zip(pages, predictions, strict=True)],
        ),
    }
    if options.dataset != WITH_PRINT:  # the lines of print are not known
        result |= layout_errors(pages, predictions)
        result |= score_true_lines(pages, line_predictor, result["cer"])
    if options.dataset == "iam_forms":
        texts = [text_in_place(*both) for both in zip(pages, predictions, strict=True)]
        result["cer_in_place"] = character_error_rate(texts, [page.item.text for page in pages])
    chosen = "".join(f"_{choice}" for choice in (options.decoder, options.only) if choice is not None)
    name = f"paragraph_text_recognizer_{options.weights}{chosen}_on_{options.dataset}_{options.split}"
    return name.replace("/", "_"), result


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = argument_parser(__doc__, DEFAULT_LINE_MODEL)
    parser.add_argument(
        "--detector", default=DEFAULT_DETECTOR_MODEL, help="name of the model; default: %(default)s"
    )
    parser.add_argument(
        "--dataset",
        default="iam",
        help="iam, iam_forms, iam_forms_print, csafe, labels (the mirror itself holds labels.tsv) or a "
        "folder of the mirror that does; default: %(default)s",
    )
    parser.add_argument("--only", choices=LINE_KINDS, help="leave out lines of the other kind")
    add_decoder_argument(parser)
    return run_evaluation(parser, evaluate, arguments)


if __name__ == "__main__":
    sys.exit(main())
