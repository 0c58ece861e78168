r"""Draw the images that the prediction tests read, with open-licence handwriting fonts.

`python training/chores/draw_test_images.py FONTS` writes characters, lines, pages and `texts.json` (file
name to text, `\n` between lines) to `text_recognizer/tests/support/`; FONTS is a folder with the fonts named
below as .woff2 files. The folders emnist, emnist_lines, iam_lines and iam_paragraphs hold the file names of
the 2019 project, whose examples name them; their images are drawn here too. No image of a data set is used.
"""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from text_recognizer.arrays import GrayImage
from text_recognizer.datasets.emnist.glyphs import set_line
from text_recognizer.files import write_atomically
from text_recognizer.preprocessing.characters import character_input
from text_recognizer.tooling.command import command_parser, run_command
from training.chores.draw_sample_page import FIRST_BASELINE_PX, LINE_STEP_PX, draw_page

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

# The file names of 2019; but for the paragraph's, each is the text that the image shows.
EMNIST_FONT = "architects-daughter"
EMNIST = "8Ue"
EMNIST_LINES = ("Corsi left for", "do that In", "or if used the results")
IAM_FONT = "handlee"
IAM_LINES = (
    "He rose from his breakfast-nook bench",
    "and came into the livingroom, where",
    "his entrance. He came, almost falling",
)
IAM_PARAGRAPH = "iam_paragraphs/a01-000u-cropped.jpg"
IAM_PARAGRAPH_LINES = (  # seven, as many as the tests of 2019 expected in it
    "The old clock in the hall struck nine",
    "when the last guest put on his coat,",
    "thanked us for the supper and the songs",
    "and walked home through the deep snow.",
    "We left the lamp in the window alight,",
    "so that he could see the house behind",
    "him until he came to the mill.",
)
IAM_PARAGRAPH_SEED = 7

LINE_ROWS_PX = (30, 215)  # first and last row of a page that hold its only line
CHARACTER_SIDE_PX = 72
GRAY_LEVELS = 32  # few levels keep the files small
JPEG_QUALITY = 75  # Pillow's default


def draw_line(text: str, font_file: Path, seed: int) -> GrayImage:
    """Return one line on paper, shape (92, 590)."""
    top, bottom = LINE_ROWS_PX
    return _half(draw_page((text,), font_file, seed)[top:bottom])


def draw_paragraph(lines: tuple[str, ...], font_file: Path, seed: int) -> GrayImage:
    """Return a page, cut below its last line, shape (125 + 82 * lines, 1180)."""
    return draw_page(lines, font_file, seed)[: FIRST_BASELINE_PX + LINE_STEP_PX * len(lines)]


def draw_character(character: str, font_file: Path) -> GrayImage:
    """Return one character on paper, shape (72, 72)."""
    picture = Image.new("L", (CHARACTER_SIDE_PX, CHARACTER_SIDE_PX), 225)
    font = ImageFont.truetype(font_file, 56)
    middle = CHARACTER_SIDE_PX / 2
    ImageDraw.Draw(picture).text((middle, middle), character, 40, font, anchor="mm", stroke_width=1)
    return np.asarray(picture)


def draw_character_line(text: str, font_file: Path) -> GrayImage:
    """Return a line that is set as EMNIST lines are, character by character, shape (28, 28 * characters)."""
    blank = np.full((CHARACTER_SIDE_PX, CHARACTER_SIDE_PX), 255, np.uint8)
    tiles = [blank if character == " " else draw_character(character, font_file) for character in text]
    glyphs = np.stack([character_input(tile) * 255 for tile in tiles]).astype(np.uint8)
    return 255 - set_line(glyphs, len(text), overlap=0.1)


def _half(image: GrayImage) -> GrayImage:
    """Return the image (H, W) at half its size, (ceil(H / 2), ceil(W / 2))."""
    return np.asarray(Image.fromarray(image).reduce(2))


def save(image: GrayImage, path: Path) -> None:
    """Write a JPEG, or else a PNG with `GRAY_LEVELS` levels, atomically."""
    buffer = io.BytesIO()
    if path.suffix == ".jpg":
        Image.fromarray(image).save(buffer, "JPEG", quality=JPEG_QUALITY, optimize=True)
    else:
        step = 256 // GRAY_LEVELS
        Image.fromarray(image // step * step + step // 2).save(buffer, "PNG", optimize=True)
    write_atomically(path, buffer.getvalue())


def draw_own(fonts: Path) -> Iterator[tuple[str, str, GrayImage]]:
    """Yield file name, text and image (H, W) of the images that are named after font or character."""
    for seed, (font, line) in enumerate(LINES.items()):
        yield f"line_{font}.png", line, draw_line(line, fonts / f"{font}.woff2", seed)
    for seed, (font, lines) in enumerate(PAGES.items()):
        image = draw_paragraph(lines, fonts / f"{font}.woff2", seed)
        yield f"page_{font}.png", "\n".join(lines), image
    for font, line in CHARACTER_LINES.items():
        yield f"characters_{font}.png", line, draw_character_line(line, fonts / f"{font}.woff2")
    for font, characters in CHARACTERS.items():
        for character in characters:
            image = draw_character(character, fonts / f"{font}.woff2")
            yield f"character_{character}.png", character, image


def draw_named_as_in_2019(fonts: Path) -> Iterator[tuple[str, str, GrayImage]]:
    """Yield file name, text and image (H, W) of the images that the 2019 project had under these names."""
    emnist, iam = fonts / f"{EMNIST_FONT}.woff2", fonts / f"{IAM_FONT}.woff2"
    for character in EMNIST:
        yield f"emnist/{character}.png", character, draw_character(character, emnist)
    for text in EMNIST_LINES:
        yield f"emnist_lines/{text}.png", text, draw_character_line(text, emnist)
    for seed, text in enumerate(IAM_LINES):
        yield f"iam_lines/{text}.png", text, draw_line(text, iam, seed)
    paragraph = draw_paragraph(IAM_PARAGRAPH_LINES, iam, IAM_PARAGRAPH_SEED)
    yield IAM_PARAGRAPH, "\n".join(IAM_PARAGRAPH_LINES), paragraph


def draw_all(fonts: Path, folder: Path) -> None:
    """Draw every image and write them with their texts."""
    texts: dict[str, str] = {}
    for name, text, image in (*draw_own(fonts), *draw_named_as_in_2019(fonts)):
        texts[name] = text
        save(image, folder / name)
    write_atomically(folder / "texts.json", json.dumps(texts, indent=2) + "\n")


def main() -> int:
    """Draw the images into the folder of the tests."""
    parser = command_parser(__doc__)
    parser.add_argument("fonts", type=Path, help="folder with handwriting fonts under open licences")
    parser.add_argument("--output", type=Path, default=SUPPORT, help="default: text_recognizer/tests/support")
    return run_command(parser, lambda options: draw_all(options.fonts, options.output))


if __name__ == "__main__":
    raise SystemExit(main())
