"""Compare the reading of pages with Tesseract and RapidOCR: all read the same images in turns.

Images are the rows of `evaluate_page_robustness`. Each program runs in a process of its own on one thread:
CER (line breaks count as spaces, since programs divide lines differently), processor time and peak memory.
The time to load a model counts for Tesseract alone, which has a process for each page. RapidOCR runs in the
Python that `--rapidocr-python` names; what is not installed is left out.
"""

import argparse
import contextlib
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from evaluation.common import argument_parser, describe_run, run_evaluation
from evaluation.evaluate_page_robustness import add_row_arguments
from evaluation.rivals.page_readers import page_readers
from evaluation.rivals.readers import Reader, add_rapidocr_argument, take_turns
from evaluation.robustness.rows import Row, table_rows
from text_recognizer.inference import artifacts
from text_recognizer.line_detector import DEFAULT_DETECTOR_MODEL
from text_recognizer.line_predictor import DEFAULT_LINE_MODEL
from text_recognizer.metrics.text import character_error_rate

PAGES = 3  # of each row: RapidOCR takes seconds for a page


def write_files(rows: Sequence[Row], folder: Path) -> list[Path]:
    """Write the pages of rows as PNG, one after the other; returns the files."""
    paths: list[Path] = []
    for page in (page for row in rows for page in row.pages):
        paths.append(folder / f"{len(paths):05d}.png")
        Image.fromarray(page.load()).save(paths[-1])
    return paths


def row_score(row: Row, texts: Sequence[str]) -> dict[str, float]:
    """Return the CER of the pages of a row, `cer`; of pictures without text `lines_per_picture`."""
    truth = [" ".join(" ".join(page.lines).split()) for page in row.pages]
    if any(truth):
        return {"cer": character_error_rate([" ".join(text.split()) for text in texts], truth)}
    lines = sum(bool(line.strip()) for text in texts for line in text.split("\n"))
    return {"lines_per_picture": lines / len(row.pages)}


def compare(options: argparse.Namespace) -> tuple[str, dict[str, Any]]:
    """Let all read the pages; returns the name of the result and the result."""
    sources = [options.dataset, *options.also]
    rows = list(table_rows(sources, options.split, options.limit, options.only))
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        programs, missing = page_readers(options.weights, options.detector, options.rapidocr_python, stack)
        paths = write_files(rows, Path(folder))
        readers = [Reader(program.read) for program in programs]
        take_turns([(reader, paths) for reader in readers])
    scores = {
        program.version: {**_scores(reader, rows), "peak_mib": program.peak_mib}
        for program, reader in zip(programs, readers, strict=True)
    }
    sys.stdout.write(markdown_table(rows, scores) + "\n")
    result = {
        **describe_run(artifacts.find(options.weights, "line"), options, options.dataset),
        "detector": options.detector,
        "threads": 1,
        "n": len(paths),
        "rows": [
            {"name": row.name, "what": row.what, "source": row.source, "pages": len(row.pages)}
            for row in rows
        ],
        "readers": scores,
        "missing_readers": missing,
    }
    name = "_".join(["pages", options.weights, *options.only, "on", *sources, options.split])
    return f"comparison/{name.replace('/', '-')}", result


def _scores(reader: Reader, rows: Sequence[Row]) -> dict[str, Any]:
    """Return the scores of a reader, a list in the order of the rows, and its times per page."""
    texts = iter(reader.texts)
    return {
        "rows": [row_score(row, [next(texts) for _ in row.pages]) for row in rows],
        "seconds_per_page": reader.seconds / len(reader.texts),
        "cpu_seconds_per_page": reader.cpu_seconds / len(reader.texts),
    }


def markdown_table(rows: Sequence[Row], readers: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the scores of readers, as `compare` returns them, in Markdown."""
    lines = [f"| images | n | {' | '.join(readers)} |", "|---" * (2 + len(readers)) + "|"]
    for index, row in enumerate(rows):
        cells = " | ".join(_cell(scores["rows"][index]) for scores in readers.values())
        lines.append(f"| {row.name}, {row.source} | {len(row.pages)} | {cells} |")
    seconds = " | ".join(f"{scores['cpu_seconds_per_page']:.2f}" for scores in readers.values())
    memory = " | ".join(f"{scores['peak_mib']:.0f}" for scores in readers.values())
    lines += [f"| CPU seconds a page | | {seconds} |", f"| peak memory, MiB | | {memory} |"]
    return "\n".join(lines)


def _cell(score: Mapping[str, float]) -> str:
    return f"{score['cer']:.1%}" if "cer" in score else f"{score['lines_per_picture']:.1f} lines"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = argument_parser(__doc__, DEFAULT_LINE_MODEL)
    parser.add_argument(
        "--detector", default=DEFAULT_DETECTOR_MODEL, help="name of the model; default: %(default)s"
    )
    add_row_arguments(parser)
    add_rapidocr_argument(parser)
    parser.set_defaults(limit=PAGES)
    return run_evaluation(parser, compare, arguments)


if __name__ == "__main__":
    sys.exit(main())
