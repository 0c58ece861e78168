"""`text-recognizer recognize`: the text of pages and lines, as text or in a document format."""

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from text_recognizer.arrays import GrayImage
from text_recognizer.cli.model_options import add_model_arguments, check_model
from text_recognizer.cli.reporting import OK, SOME_FAILED, UnprintableError, complain, emit
from text_recognizer.errors import InvalidInputError, TextRecognizerError
from text_recognizer.files import write_atomically
from text_recognizer.formats import FORMATS
from text_recognizer.formats.picture import save_page_picture
from text_recognizer.images.limits import LIBRARY_LIMITS, ImageLimits
from text_recognizer.images.loading import load_image
from text_recognizer.line_predictor import DEFAULT_LINE_MODEL, LinePredictor
from text_recognizer.page_review import only_lines, reviewed
from text_recognizer.paragraph_text_recognizer import ParagraphTextRecognizer
from text_recognizer.types import LINE_KINDS, LinePrediction, PagePrediction

_HEADER_BYTES = 2**20  # of a file, beside its pixels


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this subcommand."""
    parser.add_argument("images", nargs="+", metavar="IMAGE", help="image of a page; - reads it from stdin")
    parser.add_argument(
        "--format",
        choices=tuple(FORMATS),
        default="text",
        help="text, markdown: the lines, under a header if there are several images; json: an object with "
        "image, text, confidence and lines per image, each on one line of output; jsonl: an object per line "
        "of text; tsv (as Tesseract), hocr (1.2), alto (4.4), page (PAGE XML 2019-07-15): one document; "
        "several images need --output (default: %(default)s)",
    )
    parser.add_argument(
        "--output",
        type=Path,
        metavar="DIR",
        help="write a file for each image into this folder instead of stdout: for page.png it is page.txt, "
        "page.md, page.json, page.jsonl, page.tsv, page.hocr, page.xml (ALTO) or page.page.xml",
    )
    parser.add_argument(
        "--only",
        choices=LINE_KINDS,
        help="leave out lines of the other kind (default: handwriting and print are both read)",
    )
    parser.add_argument("--lines", action="store_true", help="each IMAGE shows a single line, not a page")
    parser.add_argument(
        "--draw",
        type=Path,
        metavar="OUT.png",
        help="also write a picture with framed lines and their text; for several images: OUT-1.png, ...",
    )
    parser.add_argument(
        "--max-pixels",
        type=int,
        default=LIBRARY_LIMITS.max_pixels,
        metavar="N",
        help="refuse images of more pixels: decoding one takes up to 10 bytes of memory for each "
        "(default: %(default)s)",
    )
    add_model_arguments(parser, "line", DEFAULT_LINE_MODEL)
    parser.add_argument(
        "--words",
        type=Path,
        metavar="FILE",
        help="text file with words that beam search favours: names, for example",
    )


def run(args: argparse.Namespace) -> int:
    """Recognize the images; return the exit status.

    Raises:
        TextRecognizerError: If a model or the file of --words cannot be used.
    """
    _check(args)
    limits = _limits(args)
    predict = _predictor(args, limits)
    status = OK
    for number, name in enumerate(args.images, start=1):
        try:
            image = load_image(_read_stdin(limits) if name == "-" else Path(name), limits)
            page = replace(predict(image), image=name)
            if args.only is not None:
                page = only_lines(page, args.only)
        except (TextRecognizerError, OSError) as error:
            complain(f"{name}: {error}")
            status = SOME_FAILED
            continue
        for warning in page.warnings:
            complain(f"{name}: {warning.message}")
        if args.output is None and (record := _record(name, page, args)):  # of nothing no empty line either
            try:
                emit(record)
            except UnprintableError as error:
                complain(f"{name}: {error}")
                status = SOME_FAILED
        for path, write in _writers(number, name, image, page, args):
            try:
                write()
            except (OSError, MemoryError) as error:  # neither the text on stdout nor the other file is lost
                reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
                complain(f"{name}: {path} cannot be written: {reason}")
                status = SOME_FAILED
    return status


def _check(args: argparse.Namespace) -> None:
    """End the process with status 2 if options do not fit each other."""
    error = args.parser.error
    if args.max_pixels < 1:
        error(f"--max-pixels: expected 1 or more; received {args.max_pixels}")
    if args.draw is not None and args.draw.suffix.lower() != ".png":
        error(f"--draw: expected a name that ends in .png; received {str(args.draw)!r}")
    if args.words is not None and args.decoder == "greedy":
        error("--words: expected beam search, which favours them; received --decoder greedy")
    if args.output is None and FORMATS[args.format].one_document and len(args.images) > 1:
        error(f"--format {args.format}: expected one image, or --output DIR; received several images")
    if args.output is not None:
        names = [_document(name, args).name for name in args.images]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            error(f"--output: expected images of different names; received several for {twice[0]}")
    check_model(args, DEFAULT_LINE_MODEL)


def _writers(
    number: int, name: str, image: GrayImage, page: PagePrediction, args: argparse.Namespace
) -> Iterator[tuple[Path, Callable[[], None]]]:
    """Yield each file that --output and --draw ask for, and what writes it, for an image (H, W)."""
    document = None if args.output is None else _document(name, args)
    picture = None if args.draw is None else _numbered(args.draw, number, len(args.images))
    if document is not None:
        text = FORMATS[args.format].render(page)
        yield document, lambda: write_atomically(document, text and f"{text}\n")
    if picture is not None:
        yield picture, lambda: save_page_picture(image, page, picture)


def _limits(args: argparse.Namespace) -> ImageLimits:
    """Return what --max-pixels allows; files may have as many bytes as that many pixels can take."""
    bytes_per_pixel = LIBRARY_LIMITS.max_bytes // LIBRARY_LIMITS.max_pixels
    return replace(
        LIBRARY_LIMITS,
        max_pixels=args.max_pixels,
        max_bytes=bytes_per_pixel * args.max_pixels + _HEADER_BYTES,
    )


def _predictor(args: argparse.Namespace, limits: ImageLimits) -> Callable[[GrayImage], PagePrediction]:
    """Return a function that recognizes an image (H, W), as a page or as a page of one line."""
    words = re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)*", _read_words(args.words)) if args.words else ()
    line_predictor = LinePredictor(args.weights, args.weights_dir, decoder=args.decoder, words=words)
    if args.lines:
        return lambda image: _single_line(line_predictor.predict(image), image)
    return ParagraphTextRecognizer(line_predictor=line_predictor, limits=limits).predict


def _single_line(line: LinePrediction, image: GrayImage) -> PagePrediction:
    """Return a line as a page as large as its image (H, W); a page without lines if it has no text."""
    lines = (line,) if line.text.strip() else ()
    return reviewed(PagePrediction(lines, *image.shape[::-1]))


def _read_words(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise InvalidInputError(
            f"Expected a text file (UTF-8) of words; received {str(path)!r}: {error}. Check --words."
        ) from error


def _read_stdin(limits: ImageLimits) -> bytes:
    if sys.stdin is None:
        raise InvalidInputError("stdin is closed. Redirect an image to it, or name a file.")
    return sys.stdin.buffer.read(limits.max_bytes + 1)


def _numbered(path: Path, number: int, count: int) -> Path:
    """Return where the picture of image `number` of `count` goes."""
    return path if count == 1 else path.with_name(f"{path.stem}-{number}{path.suffix}")


def _document(name: str, args: argparse.Namespace) -> Path:
    """Return where the document of the image `name` goes."""
    stem = "stdin" if name == "-" else Path(name).stem
    folder: Path = args.output
    return folder / f"{stem}{FORMATS[args.format].suffix}"


def _record(name: str, page: PagePrediction, args: argparse.Namespace) -> str:
    """Return what is printed of an image."""
    if args.format == "json":  # not as in files, which are UTF-8: stdout takes names of any bytes
        return json.dumps(page.to_dict(), ensure_ascii=False)
    text = FORMATS[args.format].render(page)
    if len(args.images) == 1 or args.format == "jsonl":
        return text
    gap = "" if name is args.images[0] else "\n"
    return f"{gap}==> {name} <==" + (f"\n{text}" if text else "")
