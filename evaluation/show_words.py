"""A picture of words drawn for it and what a word model reads in them: `python -m evaluation.show_words PNG`.

The words are of all the kinds that signs have: common, rare and made-up ones, capitals, numbers and prices.
Under each is the reading, red where it is wrong by the field's protocol (letters and digits, of any case).
"""

import argparse
import io
import sys
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from text_recognizer.arrays import GrayImage
from text_recognizer.datasets.words.synthetic_dataset import SyntheticWordsDataset
from text_recognizer.files import write_atomically
from text_recognizer.metrics.words import protocol_form
from text_recognizer.predictions.single import WordPrediction
from text_recognizer.tooling.command import add_mirror_argument, command_parser, run_command
from text_recognizer.word_predictor import DEFAULT_WORD_MODEL, WordPredictor

WORDS = (
    "farkleberry", "turnstiles", "Bakery", "OPEN", "harbour", "EXIT", "Zwieback", "$4.95",
    "STATION", "quilted", "No.27", "Rhubarb", "COFFEE", "1931", "platform", "WHARF",
    "Xylem", "sale!", "GARDENS", "mvcqx", "Oatmeal", "07:45", "BREWERY", "wye",
)  # fmt: skip
COLUMNS = 4
TILE_PX = (190, 56)  # width and height that a word is fitted into
CAPTION_PX = 22  # height below a word
GAP_PX = 8
PAPER, INK, WRONG = (255, 255, 255), (40, 40, 40), (190, 20, 20)


def sheet(words: Sequence[str], images: Sequence[GrayImage], readings: Sequence[str]) -> Image.Image:
    """Return a picture of words in rows.

    Args:
        words: What they say.
        images: (H, W) grey values each, of any sizes.
        readings: What was read.
    """
    width, height = TILE_PX[0] + GAP_PX, TILE_PX[1] + CAPTION_PX + GAP_PX
    rows = -(-len(words) // COLUMNS)
    picture = Image.new("RGB", (COLUMNS * width + GAP_PX, rows * height + GAP_PX), PAPER)
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(CAPTION_PX - 6)
    for place, (word, image, reading) in enumerate(zip(words, images, readings, strict=True)):
        left, top = place % COLUMNS * width + GAP_PX, place // COLUMNS * height + GAP_PX
        tile = Image.fromarray(image)
        scale = min(TILE_PX[0] / tile.width, TILE_PX[1] / tile.height)
        size = max(1, round(tile.width * scale)), max(1, round(tile.height * scale))
        picture.paste(tile.resize(size, Image.Resampling.BICUBIC), (left, top))
        right = protocol_form(reading) == protocol_form(word)
        draw.text((left, top + TILE_PX[1]), reading or "-", fill=INK if right else WRONG, font=font)
    return picture


def _work(options: argparse.Namespace) -> None:
    dataset = SyntheticWordsDataset()
    dataset.load_or_generate_data()
    images = [dataset.draw_text(word, number) for number, word in enumerate(WORDS)]
    read: list[WordPrediction] = WordPredictor(options.weights).predict_batch(images)
    buffer = io.BytesIO()
    sheet(WORDS, images, [word.text for word in read]).save(buffer, "PNG", optimize=True)
    write_atomically(options.picture, buffer.getvalue())
    for word, reading in zip(WORDS, read, strict=True):
        print(f"{word}\t{reading.text}\t{reading.confidence:.3f}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Save the picture; return the exit status."""
    parser = command_parser(__doc__)
    parser.add_argument("picture", type=Path, help="the PNG to write")
    parser.add_argument("--weights", default=DEFAULT_WORD_MODEL, help="default: %(default)s")
    add_mirror_argument(parser)
    return run_command(parser, _work, arguments)


if __name__ == "__main__":
    sys.exit(main())
