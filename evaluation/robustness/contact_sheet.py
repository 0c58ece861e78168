"""Draw one picture of all degradations, layouts and pictures without text, each with its name, to look at.

`python -m evaluation.robustness.contact_sheet OUT.png --mirror DIR` needs the fonts alone. With `--ink`,
each page has beside it the ink that its lines are found and read in: the page prepared, without its paper.
"""

import argparse
import io
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from evaluation.robustness.drawn import DRAWN
from evaluation.robustness.rows import table_rows
from text_recognizer.arrays import GrayImage
from text_recognizer.files import write_atomically
from text_recognizer.preparation.pages import prepare_page
from text_recognizer.preprocessing.writing import writing_ink
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
    tiles = [_tile(image) for _, image in pictures]
    rows = [tiles[first : first + columns] for first in range(0, len(tiles), columns)]
    heights = [max(tile.height for tile in row) + _NAME_PX + _GAP_PX for row in rows]
    width = _TILE_PX[0] + _GAP_PX
    whole = Image.new("L", (columns * width + _GAP_PX, sum(heights) + _GAP_PX), _BACKGROUND_GRAY)
    pen, face = ImageDraw.Draw(whole), ImageFont.load_default(_NAME_PX - 4)
    for index, (name, _) in enumerate(pictures):
        x, y = _GAP_PX + width * (index % columns), _GAP_PX + sum(heights[: index // columns])
        pen.text((x, y), name, font=face, fill=255)
        whole.paste(tiles[index], (x, y + _NAME_PX))
    return whole


def _tile(image: GrayImage) -> Image.Image:
    """Return a picture (H, W) no larger than its place on the sheet."""
    tile = Image.fromarray(image)
    tile.thumbnail(_TILE_PX)
    return tile


def with_ink(name: str, page: GrayImage) -> list[tuple[str, GrayImage]]:
    """Return a named page (H, W), and the ink (H', W') that its lines are found and read in."""
    ink = writing_ink(prepare_page(page).image)
    return [(name, page), (f"{name}: its ink", np.asarray(np.rint(255 * (1 - ink)), np.uint8))]


def _work(options: argparse.Namespace) -> None:
    rows = table_rows([DRAWN], "test", 1, options.only)
    pages = [(row.name, row.pages[0].load()) for row in rows]
    if options.ink:
        pages = [picture for page in pages for picture in with_ink(*page)]
    whole = sheet(pages, options.columns)
    stored = io.BytesIO()
    whole.save(stored, "PNG", optimize=True)
    write_atomically(options.out, stored.getvalue())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = command_parser(__doc__)
    add_mirror_argument(parser)
    parser.add_argument("out", type=Path, metavar="OUT.png", help="the picture to write")
    parser.add_argument("--columns", type=int, default=7, help="pictures in a row; default: %(default)s")
    parser.add_argument("--ink", action="store_true", help="show the ink of each page beside it")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="what to draw; default: all")
    return run_command(parser, _work, arguments)


if __name__ == "__main__":
    sys.exit(main())
