r"""Draws the images that the prediction tests read, with open-licence handwriting fonts.

`python training/chores/draw_test_images.py FONTS` writes characters, lines, pages and `texts.json` (file
name to text, `\n` between lines) to `text_recognizer/tests/support/`; FONTS is a folder with the fonts named
below as .woff2 files. No image of a data set takes part.
"""

import argparse
import io
import json
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from text_recognizer.datasets.emnist.lines_dataset import set_line
from text_recognizer.datasets.files.hashes import write_atomically
from text_recognizer.preprocessing.characters import character_input
from training.chores.draw_sample_page import FIRST_BASELINE, LINE_STEP, draw_page

SUPPORT = Path(__file__).resolve().parents[2] / "text_recognizer" / "tests" / "support"

LINES = {  # font: text
    "handlee": "The river rose in the night and",
    "reenie-beanie": "we carried the boats to the hill.",
    "architects-daughter": "Nobody in the house had slept,",
    "nothing-you-could-do": "but the bread was in the oven.",
}
PAGES = {
    "handlee": (
        "In the morning the water was gone.",
        "The road was full of sand and wood,",
        "and a small red boat lay in the field.",
        "My brother said he would keep it.",
        "We never found out whose it was.",
    ),
    "nothing-you-could-do": (
        "Take two cups of flour and some salt,",
        "add warm water and a little honey,",
        "and let the dough rest for an hour.",
        "Then bake it until it is brown.",
    ),
}
CHARACTER_LINES = {"handlee": "or if used the results", "architects-daughter": "do that In the house"}
CHARACTERS = {"handlee": "8Ue", "architects-daughter": "3Ak", "nothing-you-could-do": "4Rh"}

LINE_ROWS = (30, 215)  # of a page with one line
CHARACTER_SIDE = 72
GREYS = 32  # few levels keep the files small

Gray = npt.NDArray[np.uint8]


def draw_line(text: str, font_file: Path, seed: int) -> Gray:
    """Return one line on paper, shape (height, width), grey 0-255."""
    top, bottom = LINE_ROWS
    return _half(draw_page((text,), font_file, seed)[top:bottom])


def draw_paragraph(lines: tuple[str, ...], font_file: Path, seed: int) -> Gray:
    """Return a page, cut below its last line, shape (height, width), grey 0-255."""
    return draw_page(lines, font_file, seed)[: FIRST_BASELINE + LINE_STEP * len(lines)]


def draw_character(character: str, font_file: Path) -> Gray:
    """Return one character on paper, shape (72, 72), grey 0-255."""
    picture = Image.new("L", (CHARACTER_SIDE, CHARACTER_SIDE), 225)
    font = ImageFont.truetype(font_file, 56)
    middle = CHARACTER_SIDE / 2
    ImageDraw.Draw(picture).text((middle, middle), character, 40, font, anchor="mm", stroke_width=1)
    return np.asarray(picture)


def draw_character_line(text: str, font_file: Path) -> Gray:
    """Return a line that is set as EMNIST lines are, character by character, shape (height, width)."""
    blank = np.full((CHARACTER_SIDE, CHARACTER_SIDE), 255, np.uint8)
    tiles = [blank if character == " " else draw_character(character, font_file) for character in text]
    glyphs = np.stack([character_input(tile) * 255 for tile in tiles]).astype(np.uint8)
    return 255 - set_line(glyphs, len(text), overlap=0.1)


def _half(image: Gray) -> Gray:
    return np.asarray(Image.fromarray(image).reduce(2))


def save(image: Gray, path: Path) -> None:
    """Write a PNG with `GREYS` levels, atomically."""
    step = 256 // GREYS
    buffer = io.BytesIO()
    Image.fromarray(image // step * step + step // 2).save(buffer, format="PNG", optimize=True)
    write_atomically(path, buffer.getvalue())


def draw_all(fonts: Path, folder: Path) -> None:
    """Draw every image and write them with their texts."""
    texts: dict[str, str] = {}
    for seed, (font, line) in enumerate(LINES.items()):
        texts[f"line_{font}.png"] = line
        save(draw_line(line, fonts / f"{font}.woff2", seed), folder / f"line_{font}.png")
    for seed, (font, lines) in enumerate(PAGES.items()):
        texts[f"page_{font}.png"] = "\n".join(lines)
        save(draw_paragraph(lines, fonts / f"{font}.woff2", seed), folder / f"page_{font}.png")
    for font, line in CHARACTER_LINES.items():
        texts[f"characters_{font}.png"] = line
        save(draw_character_line(line, fonts / f"{font}.woff2"), folder / f"characters_{font}.png")
    for font, characters in CHARACTERS.items():
        for character in characters:
            texts[f"character_{character}.png"] = character
            save(draw_character(character, fonts / f"{font}.woff2"), folder / f"character_{character}.png")
    write_atomically(folder / "texts.json", (json.dumps(texts, indent=2) + "\n").encode())


def main() -> None:
    """Draw the images into the folder of the tests."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("fonts", type=Path, help="folder with handwriting fonts under open licences")
    parser.add_argument("--output", type=Path, default=SUPPORT, help="default: text_recognizer/tests/support")
    args = parser.parse_args()
    args.output.mkdir(parents=True, exist_ok=True)
    draw_all(args.fonts, args.output)


if __name__ == "__main__":
    main()
