"""The command `text-recognizer`."""

import argparse
import io
import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from text_recognizer.arrays import GrayImage
from text_recognizer.decoding.config import DECODERS
from text_recognizer.errors import InvalidInputError, TextRecognizerError
from text_recognizer.files import write_atomically
from text_recognizer.formats import FORMATS
from text_recognizer.formats.picture import save_page_picture
from text_recognizer.images.limits import LIMITS
from text_recognizer.images.loading import load_image
from text_recognizer.inference import artifacts
from text_recognizer.line_predictor import DEFAULT_LINE_MODEL, LinePredictor
from text_recognizer.paragraph_text_recognizer import ParagraphTextRecognizer
from text_recognizer.types import PagePrediction
from text_recognizer.version import __version__

# Exit statuses; 2, for a wrong command line, is argparse's.
OK = 0
SOME_FAILED = 1
INTERRUPTED = 130  # 128 + SIGINT, as shells report it

_EPILOG = """\
exit status: 0 = every image was recognized, 1 = some were not (stderr has a line for each),
2 = the command line is wrong, 130 = interrupted by Ctrl-C.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command with `argv` (default: the arguments of the process); return its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="surrogateescape")  # file names need not be valid text
    args = _parse(argv)
    try:
        return _recognize(args)
    except TextRecognizerError as error:
        _complain(str(error))
        return SOME_FAILED
    except KeyboardInterrupt:
        _complain("interrupted")
        return INTERRUPTED
    except BrokenPipeError:  # the reader of stdout has closed it, as head does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return SOME_FAILED


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="text-recognizer", description="Recognize handwritten text in images.", epilog=_EPILOG
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    recognize = commands.add_parser("recognize", help="print the text of images", epilog=_EPILOG)
    recognize.add_argument(
        "images", nargs="+", metavar="IMAGE", help="image of a page; - reads it from stdin"
    )
    recognize.add_argument(
        "--format",
        choices=tuple(FORMATS),
        default="text",
        help="text: the lines, under a header if there are several images; json: an object with image, text, "
        "confidence and lines per image, each on one line of output; hocr (1.2), alto (4.4): one document; "
        "several images need --output (default: %(default)s)",
    )
    recognize.add_argument(
        "--output",
        type=Path,
        metavar="DIR",
        help="write a file for each image into this folder instead of stdout: for page.png it is page.txt, "
        "page.json, page.hocr or page.xml",
    )
    recognize.add_argument("--lines", action="store_true", help="each IMAGE shows a single line, not a page")
    recognize.add_argument(
        "--draw",
        type=Path,
        metavar="OUT.png",
        help="also write a picture with framed lines and their text; for several images: OUT-1.png, ...",
    )
    _add_model_arguments(recognize)
    args = parser.parse_args(argv)
    _check(args, recognize)
    return args


def _add_model_arguments(recognize: argparse.ArgumentParser) -> None:
    """Add what chooses the line model and its decoding."""
    recognize.add_argument(
        "--weights", default=DEFAULT_LINE_MODEL, metavar="NAME", help="the line model (default: %(default)s)"
    )
    recognize.add_argument(
        "--weights-dir",
        type=Path,
        metavar="DIR",
        help="folder of the line model and, for beam search, the language model (default: the package's own)",
    )
    recognize.add_argument(
        "--decoder",
        choices=DECODERS,
        help="greedy: the most probable path; beam: beam search with the language model (default: what "
        "reads better with the line model)",
    )
    recognize.add_argument(
        "--words",
        type=Path,
        metavar="FILE",
        help="text file with words that beam search favours: names, for example",
    )


def _check(args: argparse.Namespace, recognize: argparse.ArgumentParser) -> None:
    if args.draw is not None and args.draw.suffix.lower() != ".png":
        recognize.error(f"--draw: expected a name that ends in .png; received {str(args.draw)!r}")
    if args.words is not None and args.decoder == "greedy":
        recognize.error("--words: expected beam search, which favours them; received --decoder greedy")
    if args.output is None and args.format in ("hocr", "alto") and len(args.images) > 1:
        recognize.error(
            f"--format {args.format}: expected one image, or --output DIR; received several images"
        )
    if args.output is not None:
        names = [_document(name, args).name for name in args.images]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            recognize.error(f"--output: expected images of different names; received several for {twice[0]}")
    weights_dir = args.weights_dir or artifacts.WEIGHTS_DIR
    if args.weights != DEFAULT_LINE_MODEL and args.weights not in (names := artifacts.available(weights_dir)):
        recognize.error(f"--weights: {artifacts.unknown_model(args.weights, names, weights_dir)}")


def _recognize(args: argparse.Namespace) -> int:
    predict = _predictor(args)
    status = OK
    for number, name in enumerate(args.images, start=1):
        try:
            image = load_image(_read_stdin() if name == "-" else Path(name))
            page = predict(image)
        except (TextRecognizerError, OSError) as error:
            _complain(f"{name}: {error}")
            status = SOME_FAILED
            continue
        if args.output is None:
            _print(name, page, args)
        for write in _writers(number, name, image, page, args):
            try:
                write()
            except OSError as error:  # neither the text on stdout nor the other file is lost
                _complain(f"{name}: {error}")
                status = SOME_FAILED
    return status


def _writers(
    number: int, name: str, image: GrayImage, page: PagePrediction, args: argparse.Namespace
) -> Iterator[Callable[[], None]]:
    """Yield a function for each file that --output and --draw ask for, for an image (H, W) and its page."""
    document = None if args.output is None else _document(name, args)
    picture = None if args.draw is None else _numbered(args.draw, number, len(args.images))
    if picture is not None:
        yield lambda: save_page_picture(image, page, picture)
    if document is not None:
        yield lambda: write_atomically(document, f"{FORMATS[args.format].render(page)}\n")


def _predictor(args: argparse.Namespace) -> Callable[[GrayImage], PagePrediction]:
    """Return a function that recognizes an image (H, W), as a page or as a page of one line."""
    words = re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)*", _read_words(args.words)) if args.words else ()
    line_predictor = LinePredictor(args.weights, args.weights_dir, decoder=args.decoder, words=words)
    if args.lines:
        return lambda image: PagePrediction((line_predictor.predict(image),), *image.shape[::-1])
    return ParagraphTextRecognizer(line_predictor=line_predictor).predict


def _read_words(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise InvalidInputError(
            f"Expected a text file (UTF-8) of words; received {str(path)!r}: {error}. Check --words."
        ) from error


def _read_stdin() -> bytes:
    return sys.stdin.buffer.read(LIMITS.max_bytes + 1)


def _numbered(path: Path, number: int, count: int) -> Path:
    """Return where the picture of image `number` of `count` goes."""
    return path if count == 1 else path.with_name(f"{path.stem}-{number}{path.suffix}")


def _document(name: str, args: argparse.Namespace) -> Path:
    """Return where the document of the image `name` goes."""
    stem = "stdin" if name == "-" else Path(name).stem
    folder: Path = args.output
    return folder / f"{stem}{FORMATS[args.format].suffix}"


def _print(name: str, page: PagePrediction, args: argparse.Namespace) -> None:
    if args.format == "json":
        print(json.dumps({"image": name, **page.to_dict()}, ensure_ascii=False), flush=True)
        return
    if len(args.images) > 1:
        gap = "" if name is args.images[0] else "\n"
        print(f"{gap}==> {name} <==")
    print(FORMATS[args.format].render(page), flush=True)


def _complain(message: str) -> None:
    print(f"text-recognizer: {' '.join(message.split())}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
