"""Draw one picture of all degradations, layouts and pictures without text, each with its name, to look at.

`python -m evaluation.robustness.contact_sheet OUT.png --mirror DIR` needs the fonts alone.
"""

import argparse
import io
import sys
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from evaluation.robustness.drawn import DRAWN
from evaluation.robustness.rows import table_rows
from text_recognizer.arrays import GrayImage
from text_recognizer.files import write_atomically
from text_recognizer.tooling.command import add_mirror_argument, command_parser, run_command

_TILE_PX = (300, 250)  # width and height that a page is fitted into
_NAME_PX = 18  # height of the name above it
_GAP_PX = 8
_BACKGROUND_GRAY = 110  # neither paper nor ink


def sheet(pictures: Sequence[tuple[str, GrayImage]], columns: int) -> Image.Image:
    """Return one picture of named pictures in rows.

    Args:
        pictures: A name and grey values (H, W) each, of any sizes.
        columns: Pictures in a row.
    """
    width, height = _TILE_PX[0] + _GAP_PX, _TILE_PX[1] + _NAME_PX + _GAP_PX
    rows = -(-len(pictures) // columns)
    whole = Image.new("L", (columns * width + _GAP_PX, rows * height + _GAP_PX), _BACKGROUND_GRAY)
    pen, face = ImageDraw.Draw(whole), ImageFont.load_default(_NAME_PX - 4)
    for index, (name, image) in enumerate(pictures):
        x, y = _GAP_PX + width * (index % columns), _GAP_PX + height * (index // columns)
        pen.text((x, y), name, font=face, fill=255)
        tile = Image.fromarray(image)
        tile.thumbnail(_TILE_PX)
        whole.paste(tile, (x, y + _NAME_PX))
    return whole


def _work(options: argparse.Namespace) -> None:
    rows = table_rows([DRAWN], "test", 1, options.only)
    whole = sheet([(row.name, row.pages[0].load()) for row in rows], options.columns)
    stored = io.BytesIO()
    whole.save(stored, "PNG")
    write_atomically(options.out, stored.getvalue())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = command_parser(__doc__)
    add_mirror_argument(parser)
    parser.add_argument("out", type=Path, metavar="OUT.png", help="the picture to write")
    parser.add_argument("--columns", type=int, default=7, help="pictures in a row; default: %(default)s")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="what to draw; default: all")
    return run_command(parser, _work, arguments)


if __name__ == "__main__":
    sys.exit(main())
