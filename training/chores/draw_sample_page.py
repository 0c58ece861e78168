"""Draw the sample page that the repository ships, with an open-licence handwriting font.

`python training/chores/draw_sample_page.py FONT` writes `data/sample/sample_page.png` and its true text,
`sample_page.txt`. A font repeats itself where a hand does not, so every word gets its own baseline, size,
slant and strength of ink, every line its own drift, and the paper its tint, shading and grain.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from text_recognizer.arrays import Floats, GrayImage, InkMap
from text_recognizer.files import replacing, write_atomically
from text_recognizer.tooling.command import command_parser, run_command

SAMPLE_FOLDER = Path(__file__).resolve().parents[2] / "data" / "sample"

LETTER = (
    "Dear Anna,",
    "thank you for the parcel, which came on Friday.",
    "The books are just what I had hoped for, and the",
    "tea was gone in two days. We have had rain since",
    "the 14th of May, so I read by the window and watch",
    "the river rise. Will you visit us in the summer?",
    "The garden is wild, but there is room for all.",
    "With love from your old friend, Peter",
)

PAGE_SIZE_PX = (1180, 780)  # width, height: eight lines that are read without zooming in
MARGIN_PX = 80  # left and right: the drift of a line must not reach the edge
FIRST_BASELINE_PX = 125  # below the upper edge: room for ascenders and a margin
LINE_STEP_PX = 82  # between baselines: ascenders and descenders of neighbours rarely touch
SUPERSAMPLING = 2  # ink is drawn at twice the size and reduced once, as a scanner would


def draw_word(
    ink: Image.Image, word: str, font: ImageFont.FreeTypeFont, xy: tuple[float, float], slant: float
) -> None:
    """Add one word to `ink` (255 = full ink), its baseline starting at `xy`, sheared by `slant`."""
    pad = int(font.size)
    layer = Image.new("L", (int(font.getlength(word)) + 2 * pad, 3 * pad), 0)
    ImageDraw.Draw(layer).text((pad, 2 * pad), word, font=font, fill=255, anchor="ls", stroke_width=1)
    shear = (1.0, slant, -slant * 2 * pad, 0.0, 1.0, 0.0)
    layer = layer.transform(layer.size, Image.Transform.AFFINE, shear, Image.Resampling.BICUBIC)
    ink.paste(255, (round(xy[0]) - pad, round(xy[1]) - 2 * pad), layer)


def draw_ink(lines: tuple[str, ...], font_file: Path, rng: np.random.Generator) -> InkMap:
    """Return the handwriting without paper, shape (height, width), 0-1 with 1 = full ink."""
    width, height = (side * SUPERSAMPLING for side in PAGE_SIZE_PX)
    size = fitting_size(max(lines, key=len), font_file, width - 2 * MARGIN_PX * SUPERSAMPLING)
    ink = Image.new("L", (width, height), 0)
    for i, line in enumerate(lines):
        x = SUPERSAMPLING * (MARGIN_PX + rng.uniform(-8, 8))
        y = SUPERSAMPLING * (FIRST_BASELINE_PX + i * LINE_STEP_PX + rng.uniform(-4, 4))
        drift = rng.normal(-0.006, 0.004)
        for word in line.split():
            font = ImageFont.truetype(font_file, round(size * rng.uniform(0.96, 1.05)))
            draw_word(ink, word, font, (x, y + rng.normal(0, 0.02) * size), rng.normal(0.0, 0.03))
            advance = font.getlength(word) + size * rng.uniform(0.28, 0.42)
            x, y = x + advance, y + drift * advance
    reduced = ink.resize(PAGE_SIZE_PX, Image.Resampling.BOX)
    return np.asarray(reduced, dtype=np.float32) / 255.0


def fitting_size(line: str, font_file: Path, width: int) -> int:
    """Return the font size in pixels at which `line` just stays within `width`."""
    reference = 100
    return int(0.95 * width * reference / ImageFont.truetype(font_file, reference).getlength(line))


def draw_paper(rng: np.random.Generator) -> Floats:
    """Return empty paper, shape (height, width), grey 0-255: tint, soft shading and grain."""
    width, height = PAGE_SIZE_PX
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    shading = 7.0 * np.sin(2.6 * x / width + 0.3) + 10.0 * (0.5 - y / height)
    blotches = smooth_noise(rng, 40) * 1.5
    grain = rng.normal(0.0, 0.4, (height, width))
    return np.asarray(224.0 + shading + blotches + grain, dtype=np.float32)


def smooth_noise(rng: np.random.Generator, scale: int) -> Floats:
    """Return noise of unit strength, shape (height, width), that varies over `scale` pixels."""
    width, height = PAGE_SIZE_PX
    coarse = rng.normal(size=(height // scale, width // scale)).astype(np.float32)
    return np.asarray(Image.fromarray(coarse).resize(PAGE_SIZE_PX, Image.Resampling.BICUBIC))


def draw_page(lines: tuple[str, ...], font_file: Path, seed: int) -> GrayImage:
    """Return the page, shape (height, width), grey 0-255; the same seed draws the same page.

    Args:
        lines: The text, one string a line.
        font_file: A font file that Pillow opens.
        seed: Seed of every random choice.
    """
    rng = np.random.default_rng(seed)
    strength = np.clip(0.82 + 0.07 * smooth_noise(rng, 20), 0.5, 1.0)  # the pen presses more here, less there
    ink = draw_ink(lines, font_file, rng) * strength
    page = draw_paper(rng) * (1.0 - ink) + 38.0 * ink
    return np.asarray(np.clip(page, 0, 255), dtype=np.uint8)


def _work(options: argparse.Namespace) -> None:
    page = Image.fromarray(draw_page(LETTER, options.font, options.seed))
    with replacing(options.output / "sample_page.png") as partial:
        page.save(partial, format="PNG", optimize=True)
    write_atomically(options.output / "sample_page.txt", "\n".join(LETTER) + "\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw the page and write it with its text; returns the exit status."""
    parser = command_parser(__doc__)
    parser.add_argument("font", type=Path, help="a handwriting font under an open licence")
    parser.add_argument("--output", type=Path, default=SAMPLE_FOLDER, help="folder (default: data/sample)")
    parser.add_argument("--seed", type=int, default=3, help="default: %(default)s")
    return run_command(parser, _work, arguments)


if __name__ == "__main__":
    sys.exit(main())
