"""A picture of generated words beside real ones, to see how alike they are."""

import argparse
import io
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from text_recognizer.arrays import GrayImage
from text_recognizer.datasets.words.folders import read_word_folder
from text_recognizer.datasets.words.synthetic_dataset import SyntheticWordsDataset
from text_recognizer.errors import ConfigError
from text_recognizer.files import write_atomically
from text_recognizer.tooling.command import add_mirror_argument, command_parser, run_command

_TILE_PX = (170, 48)  # width and height that a word is fitted into
_GAP_PX = 6
_HALF_COLUMNS = 4  # of generated words; as many of real ones stand on the right
_BACKGROUND_GRAY = 110  # neither paper nor ink


def word_sheet(images: Sequence[GrayImage], columns: int) -> Image.Image:
    """Return one picture of words in rows, each fitted into a tile.

    Args:
        images: (H, W) grey values each, of any sizes.
        columns: Words in a row.
    """
    width, height = (side + _GAP_PX for side in _TILE_PX)
    rows = -(-len(images) // columns)
    sheet = Image.new("L", (columns * width + _GAP_PX, rows * height + _GAP_PX), _BACKGROUND_GRAY)
    for place, image in enumerate(images):
        scale = min(_TILE_PX[0] / image.shape[1], _TILE_PX[1] / image.shape[0])
        size = max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale))
        tile = Image.fromarray(image).resize(size, Image.Resampling.BICUBIC)
        row, column = divmod(place, columns)
        sheet.paste(tile, (column * width + _GAP_PX, row * height + _GAP_PX))
    return sheet


def beside(left: Image.Image, right: Image.Image) -> Image.Image:
    """Return two pictures side by side, a white line between them."""
    height = max(left.height, right.height)
    both = Image.new("L", (left.width + right.width + _GAP_PX, height), 255)
    both.paste(left, (0, 0))
    both.paste(right, (left.width + _GAP_PX, 0))
    return both


def real_words(folders: Sequence[Path], count: int, rng: np.random.Generator) -> list[GrayImage]:
    """Return random images of folders of labelled words, as many of each folder.

    Raises:
        DataError: If a folder holds no labelled words.
        ConfigError: If the folders have fewer words.
    """
    images: list[GrayImage] = []
    for number, folder in enumerate(folders):
        words = read_word_folder(folder).images
        wanted = (count - len(images)) // (len(folders) - number)
        if len(words) < wanted:
            raise ConfigError(f"Expected --count so that {folder} has {wanted} words; it has {len(words)}.")
        images += [words[int(i)].load() for i in rng.choice(len(words), wanted, replace=False)]
    return images


def main(arguments: Sequence[str] | None = None) -> int:
    """Save the picture; return the exit status."""
    parser = command_parser(__doc__)
    parser.add_argument("picture", type=Path, help="the PNG to write")
    parser.add_argument(
        "--real", type=Path, nargs="*", default=[], metavar="DIR", help="folders of labelled words"
    )
    parser.add_argument("--count", type=int, default=60, help="generated words, and real ones (default: 60)")
    parser.add_argument("--mode", default="rich", help="rich or plain (default: rich)")
    parser.add_argument("--seed", type=int, default=0, help="decides which words are shown (default: 0)")
    add_mirror_argument(parser)
    return run_command(parser, _work, arguments)


def _work(options: argparse.Namespace) -> None:
    if options.count < 1:
        raise ConfigError(f"Expected --count >= 1; received {options.count}.")
    dataset = SyntheticWordsDataset(mode=options.mode, seed=options.seed, num_words=options.count)
    dataset.load_or_generate_data()
    drawn = [dataset.draw("train", index) for index in range(options.count)]
    sheet = word_sheet([image for image, _ in drawn], _HALF_COLUMNS)
    if options.real:
        real = real_words(options.real, options.count, np.random.default_rng(options.seed))
        sheet = beside(sheet, word_sheet(real, _HALF_COLUMNS))
    buffer = io.BytesIO()
    sheet.save(buffer, "PNG")
    write_atomically(options.picture, buffer.getvalue())
    print(f"{options.picture}: " + " ".join(text for _, text in drawn))


if __name__ == "__main__":
    sys.exit(main())
