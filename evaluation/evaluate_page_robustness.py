"""Score hard pages beside the same pages clean: CER of the text, lines missed, invented and out of order.

Rows are degradations of sets of pages, layouts drawn for the purpose, and pictures without text, in which
every line is invented. `--only NAME ...` chooses some; a row that is run alone is the same as in the table.
Sets: `drawn`, pages in handwriting fonts; `iam`, handwriting cut out of the forms; `iam_forms`;
`iam_forms_print`, whose print is wanted too; or a folder of the mirror with lines.json, such as
`hand_pages/copiste_2024`, or with labels.tsv.
"""

import argparse
import logging
import shlex
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from evaluation.common import TEXT_CONVENTION, argument_parser, describe_run, run_evaluation
from evaluation.evaluate_line_predictor import add_decoder_argument, describe_decoder
from evaluation.robustness.degradations import CLEAN, DEGRADATIONS
from evaluation.robustness.drawn import DRAWN
from evaluation.robustness.rows import Row, table_rows
from evaluation.robustness.scores import score_pages
from text_recognizer.arrays import GrayImage
from text_recognizer.line_detector import DEFAULT_DETECTOR_MODEL, LineDetector
from text_recognizer.line_predictor import DEFAULT_LINE_MODEL, LinePredictor
from text_recognizer.paragraph_text_recognizer import ParagraphTextRecognizer
from text_recognizer.predictions.types import PagePrediction

COMMAND = "python -m evaluation.evaluate_page_robustness"

logger = logging.getLogger(__name__)


def score_row(row: Row, read: Callable[[GrayImage], PagePrediction]) -> dict[str, Any]:
    """Read the pages of a row and return its scores, with the processor time of a page in milliseconds."""
    predictions, seconds = [], 0.0
    for page in row.pages:
        image = page.load()
        started = time.process_time()
        predictions.append(read(image))
        seconds += time.process_time() - started
    scores = score_pages(row.pages, predictions, row.in_place)
    logger.info("%s, %s: %s", row.name, row.source, _figures(scores))
    return {
        "name": row.name,
        "what": row.what,
        "source": row.source,
        **scores,
        "cpu_ms_per_page": 1000 * seconds / len(row.pages),
    }


def _figures(scores: Mapping[str, Any]) -> str:
    if "cer" in scores:
        return f"CER {scores['cer']:.1%}"
    return f"{scores['invented'] / scores['pages']:.1f} lines a picture"


def with_clean(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the scores of rows, those of degradations with the CER of the same pages clean, `clean_cer`."""
    clean = {row["source"]: row["cer"] for row in rows if row["name"] == CLEAN}
    return [
        {**row, "clean_cer": clean[row["source"]]} if row["name"] in DEGRADATIONS else row for row in rows
    ]


def markdown_table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the scores of rows, as `with_clean` returns them, in Markdown; those without text last."""
    lines = [
        "| pages | set | n | CER | clean | lines | missed | invented | out of order | F1 | CPU ms |",
        "|---" * 11 + "|",
    ]
    lines += [_page_row(row) for row in rows if "cer" in row]
    pictures = [row for row in rows if "cer" not in row]
    if pictures:
        lines += [
            "",
            "| pictures without text | n | invented lines a picture | CPU ms |",
            "|---|---|---|---|",
        ]
        lines += [
            f"| {row['name']}: {row['what']} | {row['pages']} | {row['invented'] / row['pages']:.1f} "
            f"| {row['cpu_ms_per_page']:.0f} |"
            for row in pictures
        ]
        every = sum(row["invented"] for row in pictures), sum(row["pages"] for row in pictures)
        lines.append(f"| **all** | {every[1]} | **{every[0] / every[1]:.1f}** | |")
    return "\n".join(lines)


def _page_row(row: Mapping[str, Any]) -> str:
    clean = f"{row['clean_cer']:.1%}" if "clean_cer" in row else ""
    f1 = f"{row['line_f1_50']:.3f}" if "line_f1_50" in row else ""
    counts = " | ".join(str(row[key]) for key in ("expected", "missed", "invented", "out_of_order"))
    return (
        f"| {row['name']}: {row['what']} | {row['source']} | {row['pages']} | **{row['cer']:.1%}** | {clean} "
        f"| {counts} | {f1} | {row['cpu_ms_per_page']:.0f} |"
    )


def command_line(options: argparse.Namespace, only: Sequence[str] = ()) -> str:
    """Return the command that repeats an evaluation, or some rows of it, on any mirror."""
    words = ["--dataset", options.dataset, "--split", options.split]
    words += ["--also", *options.also] if options.also else []
    words += ["--limit", str(options.limit)] if options.limit else []
    words += ["--only", *(only or options.only)] if only or options.only else []
    return f"{COMMAND} {shlex.join(words)}"


def evaluate(options: argparse.Namespace) -> tuple[str, dict[str, Any]]:
    """Score all rows; returns the name of the result and the result."""
    detector = LineDetector(options.detector)
    line_predictor = LinePredictor(options.weights, decoder=options.decoder)
    recognizer = ParagraphTextRecognizer(detector, line_predictor)
    chosen = table_rows([options.dataset, *options.also], options.split, options.limit, options.only)
    rows = with_clean([score_row(row, recognizer.predict) for row in chosen])
    sys.stdout.write(markdown_table(rows) + "\n")
    result = {
        **describe_run(line_predictor.artifact, options, options.dataset),
        **describe_decoder(line_predictor),
        "detector": detector.artifact.name,
        "detector_sha256": detector.artifact.sha256,
        "text_convention": TEXT_CONVENTION,
        "command": command_line(options),
        "rows": [{**row, "command": command_line(options, [row["name"]])} for row in rows],
    }
    return f"robustness/{_file_name(options)}", result


def _file_name(options: argparse.Namespace) -> str:
    rows = options.only if len(options.only) <= 3 else [f"{options.only[0]}-to-{options.only[-1]}"]
    parts = [options.weights, *rows, "on", options.dataset, *options.also, options.split]
    return "_".join(parts).replace("/", "-")


def add_row_arguments(parser: argparse.ArgumentParser) -> None:
    """Add `--dataset`, `--also` and `--only`, which choose the rows."""
    parser.add_argument("--dataset", default=DRAWN, help="set of pages; default: %(default)s")
    parser.add_argument(
        "--also", nargs="+", default=[], metavar="SET", help="more sets, as `iam` or hand_pages/copiste_2024"
    )
    parser.add_argument(
        "--only", nargs="+", default=[], metavar="NAME", help="rows to run; a wrong name lists all of them"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = argument_parser(__doc__, DEFAULT_LINE_MODEL)
    parser.add_argument(
        "--detector", default=DEFAULT_DETECTOR_MODEL, help="name of the model; default: %(default)s"
    )
    add_row_arguments(parser)
    add_decoder_argument(parser)
    return run_evaluation(parser, evaluate, arguments)


if __name__ == "__main__":
    sys.exit(main())
