"""The command `text-recognizer`."""

import argparse
import io
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from text_recognizer import __version__, artifacts
from text_recognizer.drawing import draw_page, save_picture
from text_recognizer.errors import TextRecognizerError
from text_recognizer.image import LIMITS, Gray, load_image
from text_recognizer.line_predictor import DEFAULT_LINE_MODEL, LinePredictor
from text_recognizer.paragraph_text_recognizer import ParagraphTextRecognizer
from text_recognizer.types import PagePrediction

OK, SOME_FAILED, USAGE = 0, 1, 2

_EPILOG = """\
exit status: 0 = every image was recognized, 1 = some were not (each has its line on stderr),
2 = the command line is wrong.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command with `argv` (default: the process's arguments); return its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="surrogateescape")  # file names need not be valid text
    args = _parse(argv)
    try:
        return _recognize(args)
    except TextRecognizerError as error:
        _complain(str(error))
        return SOME_FAILED
    except BrokenPipeError:  # the reader, such as head, has seen enough
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
        choices=("text", "json"),
        default="text",
        help="text: the lines, under a header if there are several images; json: one object per image and "
        "line of output with image, text, confidence, lines (default: %(default)s)",
    )
    recognize.add_argument("--lines", action="store_true", help="each IMAGE shows a single line, not a page")
    recognize.add_argument(
        "--draw",
        type=Path,
        metavar="OUT.png",
        help="also write a picture with the lines framed and their text; of several images: OUT-1.png, ...",
    )
    recognize.add_argument(
        "--weights", default=DEFAULT_LINE_MODEL, metavar="NAME", help="the line model (default: %(default)s)"
    )
    args = parser.parse_args(argv)
    if args.draw is not None and args.draw.suffix.lower() != ".png":
        recognize.error(f"--draw: expected a name that ends in .png; received {str(args.draw)!r}")
    if args.weights != DEFAULT_LINE_MODEL and args.weights not in (names := artifacts.available()):
        recognize.error(f"--weights: expected one of {', '.join(names)}; received {args.weights!r}")
    return args


def _recognize(args: argparse.Namespace) -> int:
    predict = _predictor(args.weights, args.lines)
    status = OK
    for number, name in enumerate(args.images, start=1):
        try:
            image = load_image(_read_stdin() if name == "-" else Path(name))
            page = predict(image)
            if args.draw is not None:
                save_picture(draw_page(image, page), _numbered(args.draw, number, len(args.images)))
        except (TextRecognizerError, OSError) as error:
            _complain(f"{name}: {error}")
            status = SOME_FAILED
        else:
            _print(name, page, args)
    return status


def _predictor(weights: str, lines: bool) -> Callable[[Gray], PagePrediction]:
    """Return what recognizes one image, as a page or as a page of one line."""
    line_predictor = LinePredictor(weights)
    if lines:
        return lambda image: PagePrediction((line_predictor.predict(image),))
    return ParagraphTextRecognizer(line_predictor=line_predictor).predict


def _read_stdin() -> bytes:
    return sys.stdin.buffer.read(LIMITS.max_bytes + 1)


def _numbered(path: Path, number: int, count: int) -> Path:
    return path if count == 1 else path.with_name(f"{path.stem}-{number}{path.suffix}")


def _print(name: str, page: PagePrediction, args: argparse.Namespace) -> None:
    if args.format == "json":
        print(json.dumps({"image": name, **page.to_dict()}, ensure_ascii=False), flush=True)
        return
    if len(args.images) > 1:
        gap = "" if name is args.images[0] else "\n"
        print(f"{gap}==> {name} <==")
    print(page.text, flush=True)


def _complain(message: str) -> None:
    print(f"text-recognizer: {' '.join(message.split())}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
