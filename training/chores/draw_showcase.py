"""Draw the README's picture: ruled paper, a heading, numbers and an é, in a font that no training has seen.

`python training/chores/draw_showcase.py FONT` writes `docs/images/showcase.png`: the page with the lines that
the shipped models found, and what they read beside it. No training has seen a font that is not listed in
`data/raw/handwriting_fonts/package.json` and `data/raw/word_fonts/package.json`.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from text_recognizer import ParagraphTextRecognizer
from text_recognizer.arrays import GrayImage, InkMap
from text_recognizer.errors import DataError
from text_recognizer.files import replacing
from text_recognizer.formats.picture import FRAME_RGB, TEXT_RGB, draw_page
from text_recognizer.tooling.checkout import CHECKOUT
from text_recognizer.tooling.command import command_parser, run_command
from training.chores.draw_sample_page import (
    FIRST_BASELINE_PX,
    LINE_STEP_PX,
    MARGIN_PX,
    PAGE_SIZE_PX,
    SUPERSAMPLING,
    draw_paper,
    draw_word,
    fitting_size,
    smooth_noise,
)

PICTURE = CHECKOUT / "docs" / "images" / "showcase.png"
HEADING = "A day by the river"
LINES = (
    "We left the house at 7.15 and took the old road",
    "through the hills. Near the bridge is a small café",
    "where they bake their own bread. It has been open",
    "since 1962, and the same two sisters still run it.",
    "In the afternoon the wind rose, and we went home",
    "with wet shoes and a bag full of apples.",
)
HEADING_SCALE = 1.3  # times the size of the text
RULE_GRAY = 0.25  # how dark the printed rules are, of full ink
RULE_BELOW_PX = 8  # of a baseline: people write above the rule
WIDTH_PX = 1600  # of the picture: what a README shows, on a fine screen too
SHADES = 96  # of grey: with less, the paper has spots
TINTS = 8  # of each colour, of which only frames and text have any


def draw_showcase(font_file: Path, seed: int) -> GrayImage:
    """Return the page, shape (height, width), grey 0-255; the same seed draws the same page.

    Args:
        font_file: A font file that Pillow opens.
        seed: Seed of every random choice.

    Raises:
        DataError: If the font lacks the é.
    """
    rng = np.random.default_rng(seed)
    strength = np.clip(0.85 + 0.06 * smooth_noise(rng, 20), 0.5, 1.0)  # the pen presses more here, less there
    ink = np.maximum(_writing(font_file, rng) * strength, _rules())
    page = draw_paper(rng) * (1.0 - ink) + 38.0 * ink
    return np.asarray(np.clip(page, 0, 255), dtype=np.uint8)


def _writing(font_file: Path, rng: np.random.Generator) -> InkMap:
    """Return heading and lines without paper, shape (height, width), 0-1 with 1 = full ink."""
    width, height = (side * SUPERSAMPLING for side in PAGE_SIZE_PX)
    size = fitting_size(max(LINES, key=len), font_file, width - 2 * MARGIN_PX * SUPERSAMPLING)
    if ImageFont.truetype(font_file, size).getmask("é").getbbox() is None:
        raise DataError(f"{font_file.name} has no é. Choose another font.")
    ink = Image.new("L", (width, height), 0)
    for index, line in enumerate((HEADING, *LINES)):
        scale = 1.0 if index else HEADING_SCALE
        x = SUPERSAMPLING * (MARGIN_PX + rng.uniform(-4, 8))
        y = SUPERSAMPLING * (FIRST_BASELINE_PX + index * LINE_STEP_PX + rng.uniform(-3, 3))
        drift = rng.normal(0.0, 0.003)  # rules keep lines level
        for word in line.split():
            font = ImageFont.truetype(font_file, round(scale * size * rng.uniform(0.97, 1.04)))
            draw_word(ink, word, font, (x, y + rng.normal(0, 0.015) * size), rng.normal(0.0, 0.03))
            advance = font.getlength(word) + scale * size * rng.uniform(0.28, 0.4)
            x, y = x + advance, y + drift * advance
    reduced = ink.resize(PAGE_SIZE_PX, Image.Resampling.BOX)
    return np.asarray(reduced, dtype=np.float32) / 255.0


def _rules() -> InkMap:
    """Return the printed rules of the paper, shape (height, width), 0-1 with 1 = full ink."""
    paper = Image.new("F", PAGE_SIZE_PX, 0.0)
    draw = ImageDraw.Draw(paper)
    for y in range(FIRST_BASELINE_PX + RULE_BELOW_PX, PAGE_SIZE_PX[1], LINE_STEP_PX):
        draw.line((0, y, PAGE_SIZE_PX[0], y), RULE_GRAY, 2)
    return np.asarray(paper)


def _palette() -> Image.Image:
    """Return a palette of greys, and of frames and text from their colour to white.

    One that is chosen by how often colours occur has grey frames, which are thin.
    """
    ends = (((0, 0, 0), SHADES), (FRAME_RGB, TINTS), (TEXT_RGB, TINTS))
    colours = [
        round(channel + (255 - channel) * step / (count - 1))
        for colour, count in ends
        for step in range(count)
        for channel in colour
    ]
    palette = Image.new("P", (1, 1))
    palette.putpalette(colours)
    return palette


def _work(options: argparse.Namespace) -> None:
    image = draw_showcase(options.font, options.seed)
    page = ParagraphTextRecognizer().predict(image)
    sys.stdout.write(f"{page.text}\n")
    picture = draw_page(image, page)
    height = round(picture.height * WIDTH_PX / picture.width)
    picture = picture.resize((WIDTH_PX, height), Image.Resampling.LANCZOS)
    picture = picture.quantize(palette=_palette(), dither=Image.Dither.NONE)
    with replacing(options.output) as partial:
        picture.save(partial, format="PNG", optimize=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw the picture and print what was read; returns the exit status."""
    parser = command_parser(__doc__)
    parser.add_argument("font", type=Path, help="a handwriting font that no training has seen")
    parser.add_argument(
        "--output", type=Path, default=PICTURE, help="file (default: docs/images/showcase.png)"
    )
    parser.add_argument("--seed", type=int, default=3, help="default: %(default)s")
    return run_command(parser, _work, arguments)


if __name__ == "__main__":
    sys.exit(main())
