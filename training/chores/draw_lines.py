"""Draws the lines that fine-tuning shows between one's own ones: `python -m training.chores.draw_lines`.

They are for those who have no copy of IAM. Their texts are entries of forms and a few sentences of our own.
Each line is in another handwriting font; the fonts have to be here, see data/raw/handwriting_fonts/readme.md.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from text_recognizer.datasets.synthetic.fonts import FONT_HEIGHT_PX, HandwritingFont, font_files, load_fonts
from text_recognizer.datasets.synthetic.form_texts import form_text
from text_recognizer.datasets.synthetic.line_degradation import ink_of_line
from text_recognizer.datasets.synthetic.line_writing import write_line
from text_recognizer.errors import DataError
from text_recognizer.files import replacing, write_atomically
from text_recognizer.tooling.command import add_mirror_argument, command_parser, run_command
from text_recognizer.vocabulary import LINE_CHARACTERS
from training.fine_tuning.other_lines import DRAWN_LINES

LINES = 48  # together less than 200 kB

_HEIGHT_PX = 40  # enough to be read after it is enlarged; the files stay small
_LEVELS = 16  # of grey: a file takes half as many bytes
_FORM_CHARACTERS = 30  # of an entry of a form
_SENTENCES = (
    "The boat came back with the evening tide.",
    "We had never seen so many swallows before.",
    "Please send the parcel to my old address,",
    "where my sister will look after it until May.",
    "Nobody could say who had left the gate open.",
    "It rained for three days, and then it froze.",
    "He asked twice for the price of the red one.",
    "Every window of the house was lit that night.",
    "Thank you for the jam; it was gone in a week!",
    "She keeps a list of the birds in her garden.",
    "The quick answer is that we do not know yet.",
    "Have you ever walked from here to the lake?",
    "Two of the letters were written in pencil,",
    "and the third was too faded to be read at all.",
    "At noon the bells of both churches rang out.",
    "Just remember to bring gloves and a lamp.",
)


def draw(folder: Path) -> None:
    """Write the images and labels.tsv.

    Raises:
        DataError: If there are no fonts.
    """
    fonts = [font for font in load_fonts(font_files())[0] if font.has(LINE_CHARACTERS)]
    if not fonts:
        raise DataError("No font has all characters of lines.")
    rows = []
    for number in range(LINES):
        rng = np.random.default_rng(number)
        text = _SENTENCES[number // 3] if number % 3 == 0 else form_text(rng, _FORM_CHARACTERS)
        image = _line(text, fonts[number * len(fonts) // LINES], rng)
        with replacing(folder / f"{number:02d}.png") as partial:
            image.save(partial, format="PNG", optimize=True)
        rows.append(f"{number:02d}.png\t{text}\n")
    write_atomically(folder / "labels.tsv", "".join(rows))


def _line(text: str, font: HandwritingFont, rng: np.random.Generator) -> Image.Image:
    shape, base = write_line(text, font, len(text) * font.pitch / FONT_HEIGHT_PX, rng)
    ink = ink_of_line(shape, base, font.stroke, rng)
    width = round(ink.shape[1] * _HEIGHT_PX / ink.shape[0])
    grey = Image.fromarray(np.round(255 * (1 - ink)).astype(np.uint8)).resize((width, _HEIGHT_PX))
    step = 255 / (_LEVELS - 1)
    levels = np.round(np.asarray(grey) / step).astype(np.uint8)
    image = Image.fromarray(levels, "P")
    image.putpalette([round(level * step) for level in range(_LEVELS) for _ in range(3)])
    return image


def _work(options: argparse.Namespace) -> None:
    draw(options.output)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = command_parser(__doc__)
    parser.add_argument("--output", type=Path, default=DRAWN_LINES, help="folder; default: %(default)s")
    add_mirror_argument(parser)
    return run_command(parser, _work, arguments)


if __name__ == "__main__":
    sys.exit(main())
