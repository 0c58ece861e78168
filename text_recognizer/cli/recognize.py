"""`text-recognizer recognize`: the text of images, PDFs and folders of them, printed or in many formats."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from text_recognizer.cli import values
from text_recognizer.cli.batch.delivery import Delivery
from text_recognizer.cli.batch.inputs import limits_of, read_words, stdin_source
from text_recognizer.cli.batch.predictors import Reading
from text_recognizer.cli.batch.progress import Progress
from text_recognizer.cli.batch.watching import watched
from text_recognizer.cli.model_options import (
    add_language_argument,
    add_model_arguments,
    check_language,
    check_model,
)
from text_recognizer.cli.reporting import OK, SOME_FAILED, complain
from text_recognizer.documents.journal import Journal
from text_recognizer.documents.page_ranges import PageRanges
from text_recognizer.documents.pool import Pool
from text_recognizer.documents.reading import PageTask, page_tasks, read_documents, reason_of
from text_recognizer.documents.sources import Source, find_sources, shard
from text_recognizer.files import remove_partial_files
from text_recognizer.formats import ALL_FORMATS, FORMATS
from text_recognizer.images.limits import LIBRARY_LIMITS, ImageLimits
from text_recognizer.line_predictor import DEFAULT_LINE_MODEL
from text_recognizer.predictions.document import PageFailure
from text_recognizer.predictions.types import LINE_KINDS, PagePrediction

EXAMPLES = """\
examples:
  text-recognizer recognize letter.jpg
  text-recognizer recognize scans/ --recursive -f txt,pdf -o results --jobs 2
  text-recognizer recognize book.pdf --pages 1-3,7- -f alto -o results --resume
  text-recognizer recognize 'scans/*.tif' -f json
"""
_WITH_CHARACTERS = {"json", "jsonl"}  # formats that hold the places of characters, and alternatives


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this subcommand."""
    parser.epilog = f"{EXAMPLES}\n{parser.epilog}"
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument(
        "images",
        nargs="*",
        metavar="PATH",
        help="image, TIFF or PDF with all its pages, folder, or pattern like 'scans/*.png'; - reads stdin",
    )
    _add_output_arguments(parser)
    _add_selection_arguments(parser)
    parser.add_argument(
        "--only",
        choices=LINE_KINDS,
        help="leave out lines of the other kind (default: handwriting and print are both read)",
    )
    parser.add_argument("--lines", action="store_true", help="each image shows a single line, not a page")
    parser.add_argument(
        "--max-pixels",
        type=int,
        default=LIBRARY_LIMITS.max_pixels,
        metavar="N",
        help="refuse images of more pixels: decoding one takes up to 10 bytes of memory for each "
        "(default: %(default)s)",
    )
    add_model_arguments(parser, "line", DEFAULT_LINE_MODEL)
    add_language_argument(parser)
    parser.add_argument(
        "--alternatives",
        type=values.positive,
        default=0,
        metavar="N",
        help="with the format json or jsonl: also the N most probable texts of each line, its own first, "
        "each with the probability that the line reads exactly so; found by beam search",
    )
    parser.add_argument(
        "--words",
        type=Path,
        metavar="FILE",
        help="text file with words that beam search favours: names, for example",
    )


def _add_output_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-f",
        "--format",
        type=values.formats,
        default=("text",),
        metavar="FORMAT[,FORMAT...]",
        help=f"{', '.join(ALL_FORMATS)}; txt and md are text and markdown. json: an object per page with "
        "image, page, text, confidence and lines; jsonl: an object per line of text; pdf: searchable; png: "
        "framed lines (default: text)",
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="DIR",
        help="write files into this folder instead of stdout: for page.png they are page.txt, page.md, "
        "page.json, page.jsonl, page.tsv, page.hocr, page.xml (ALTO), page.page.xml, page.pdf, page.png; "
        "files of folders keep their folders",
    )
    parser.add_argument(
        "--draw",
        type=Path,
        metavar="OUT.png",
        help="also write a picture with framed lines and their text; for several pages: OUT-1.png, ...",
    )
    parser.add_argument(
        "--resume",
        action="store_true",
        help="with --output: skip what is finished, go on where a run was interrupted, try again what failed",
    )


def _add_selection_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--pages",
        type=values.page_ranges,
        default=PageRanges(),
        metavar="RANGES",
        help="only these, like 1-3,7,10-",
    )
    parser.add_argument("--recursive", action="store_true", help="read folders within folders, too")
    parser.add_argument(
        "--shard",
        type=values.shard,
        default=(1, 1),
        metavar="I/N",
        help="read only share I of N of the files, for N machines that are given the same ones",
    )
    parser.add_argument(
        "--watch",
        type=Path,
        metavar="DIR",
        help="with --output: read each file that comes into this folder, until Ctrl-C",
    )
    parser.add_argument(
        "--jobs",
        type=values.positive,
        default=1,
        metavar="N",
        help="processes that read pages side by side; each takes the memory of its own models (default: 1)",
    )


def run(args: argparse.Namespace) -> int:
    """Recognize the images; return the exit status.

    Raises:
        TextRecognizerError: If a model or the file of --words cannot be used.
    """
    _check(args)
    limits = limits_of(args.max_pixels)
    reading = Reading(
        args.weights,
        args.weights_dir,
        args.decoder,
        read_words(args.words),
        args.lines,
        args.only,
        args.language,
        limits,
        args.jobs,
        args.alternatives,
    )
    delivery = Delivery(args, limits)
    if args.output is not None:
        with suppress(OSError):  # what is wrong with the folder is said when something is written to it
            remove_partial_files(args.output)
    status = OK
    with Pool.of_processes(reading.build, args.jobs) as pool:
        for sources in _rounds(args, limits):
            status = max(status, _read(sources, args, reading, delivery, pool))
    return status


def _rounds(args: argparse.Namespace, limits: ImageLimits) -> Iterator[list[Source]]:
    """Yield what is to be read: the given files, then again and again those that come into a folder."""
    if args.images:
        sources = find_sources([name for name in args.images if name != "-"], args.recursive, args.output)
        if "-" in args.images:
            sources.insert(args.images.index("-"), stdin_source(limits))
        yield shard(sources, *args.shard)
    if args.watch is not None:
        for sources in watched(args.watch, args.recursive, args.output):
            yield shard(sources, *args.shard)


def _read(
    sources: list[Source],
    args: argparse.Namespace,
    reading: Reading,
    delivery: Delivery,
    pool: "Pool[PageTask, PagePrediction | PageFailure]",
) -> int:
    """Read files and deliver their documents; return the exit status."""
    progress = Progress(len(sources), shown=args.output is not None and sys.stderr.isatty())
    journal = None if args.output is None else Journal(args.output, reading.settings)
    small = not _WITH_CHARACTERS & {*args.format}
    delivery.begin(len(sources), progress)

    def finished(source: Source, numbers: list[int]) -> bool:
        if not (args.resume and delivery.finished(source, numbers) and journal and not journal.has(source)):
            if journal is not None and not args.resume:
                journal.forget(source)
            return False
        progress.document(skipped=True)
        return True

    def known(source: Source, number: int) -> PagePrediction | None:
        return journal.known(source, number) if journal is not None and args.resume else None

    def on_page(task: PageTask, page: PagePrediction | PageFailure) -> PagePrediction | PageFailure:
        progress.page(isinstance(page, PagePrediction), isinstance(task.known, PagePrediction))
        if isinstance(page, PageFailure):
            return page
        if journal is not None and task.known is None and not (task.last and task.number == 1):
            _keep(journal, task.source, page, progress)
        return _without_characters(page) if small else page

    status = OK
    tasks = page_tasks(sources, args.pages, reading.limits, known, finished)
    for source, document in read_documents(tasks, pool, on_page):
        delivered = delivery.deliver(source, document)
        if journal is not None and delivered and not document.failures:
            journal.forget(source)
        status = status if delivered and not document.failures else SOME_FAILED
        progress.document()
    progress.hide()
    if args.output is not None and sys.stderr.isatty():
        print(f"text-recognizer: {progress.summary()}", file=sys.stderr)
    return status


def _keep(journal: Journal, source: Source, page: PagePrediction, progress: Progress) -> None:
    """Keep a page for --resume; what was read is delivered even if that fails."""
    try:
        journal.note(source, page)
    except OSError as error:
        progress.hide()
        complain(f"Pages cannot be kept for --resume: {reason_of(error)}")


def _without_characters(page: PagePrediction) -> PagePrediction:
    """Return a page that takes a fifth of the memory, for formats that show no characters."""
    return replace(page, lines=tuple(replace(line, characters=()) for line in page.lines))


def _check(args: argparse.Namespace) -> None:
    """End the process with status 2 if options do not fit each other."""
    error = args.parser.error
    if not args.images and args.watch is None:
        error("expected a PATH, or --watch DIR")
    if args.max_pixels < 1:
        error(f"--max-pixels: expected 1 or more; received {args.max_pixels}")
    if args.draw is not None and args.draw.suffix.lower() != ".png":
        error(f"--draw: expected a name that ends in .png; received {str(args.draw)!r}")
    if args.words is not None and args.decoder == "greedy":
        error("--words: expected beam search, which favours them; received --decoder greedy")
    if args.alternatives and args.decoder == "greedy":
        error("--alternatives: expected beam search, which finds them; received --decoder greedy")
    if args.alternatives and not _WITH_CHARACTERS & {*args.format}:
        error("--alternatives: expected --format json or jsonl, which hold them")
    check_language(args)
    if args.output is None:
        _check_stdout(args)
    check_model(args, DEFAULT_LINE_MODEL)


def _check_stdout(args: argparse.Namespace) -> None:
    """End the process with status 2 if an option needs --output."""
    error, name = args.parser.error, args.format[0]
    for option, given in (("--resume", args.resume), ("--watch", args.watch is not None)):
        if given:
            error(f"{option}: expected --output DIR, too")
    if len(args.format) > 1:
        error("--format: expected one format, or --output DIR; received several")
    if name not in FORMATS:
        error(f"--format {name}: expected --output DIR, too")
    if FORMATS[name].one_document and len(args.images) > 1:
        error(f"--format {name}: expected one image, or --output DIR; received several images")
