"""Data sets in pictures, and the command `python -m text_recognizer.datasets` that describes them."""

import argparse
import io
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from text_recognizer.arrays import InkImage
from text_recognizer.datasets import COLLECTIONS, DATASETS
from text_recognizer.datasets.dataset import Dataset, Split
from text_recognizer.files import write_atomically
from text_recognizer.tooling.command import add_mirror_argument, command_parser, run_command
from text_recognizer.tooling.data_root import processed_dir

_SHEET_WIDTH_PX = 1400  # fits a screen at full size
_MAX_IMAGE_PX = (680, 360)  # width and height; larger samples are scaled down, so that two stand in a row
_FONT_SIZE_PX = 10  # small, yet legible
_CAPTION_HEIGHT_PX = 14  # holds a caption with its descenders
_GAP_PX = 6  # keeps captions of neighbours apart
_MAX_SAMPLES = 120  # a sheet of lines is then about 2,000 pixels high
_MAX_PAGES = 24  # whole pages take long to read


def contact_sheet(images: Sequence[InkImage], captions: Sequence[str]) -> Image.Image:
    """Return one picture of all images, each with its caption below, ink shown black on white.

    Args:
        images: (H, W) each, of any sizes.
        captions: One text per image.
    """
    tiles = [_tile(image, caption) for image, caption in zip(images, captions, strict=True)]
    corners, height = _arrange(tiles)
    sheet = Image.new("L", (_SHEET_WIDTH_PX, height), 255)
    for tile, corner in zip(tiles, corners, strict=True):
        sheet.paste(tile, corner)
    return sheet


def save_contact_sheet(images: Sequence[InkImage], captions: Sequence[str], path: Path) -> None:
    """Write a contact sheet as PNG.

    Args:
        images: (H, W) each, of any sizes.
        captions: One text per image.
        path: The PNG to write.
    """
    buffer = io.BytesIO()
    contact_sheet(images, captions).save(buffer, format="PNG")
    write_atomically(path, buffer.getvalue())


def run(arguments: list[str] | None = None) -> int:
    """Run `python -m text_recognizer.datasets [NAME]`; returns the exit status.

    Args:
        arguments: Of the command line; None for those of the process.
    """
    names = sorted([*DATASETS, *COLLECTIONS])
    parser = command_parser(
        "Build a data set, print what it holds and save a picture of samples; without a name, list them."
    )
    parser.prog = "python -m text_recognizer.datasets"
    parser.add_argument("name", nargs="?", metavar="NAME", choices=names, help="name of the data set")
    add_mirror_argument(parser)

    def work(options: argparse.Namespace) -> None:
        if options.name is None:
            print("\n".join(names))
        else:
            show(options.name)

    return run_command(parser, work, arguments)


def run_as_script(module: str, name: str) -> None:
    """Describe data set `name` and exit if `module` is run as a script; do nothing if it is imported.

    Args:
        module: The `__name__` of the calling module.
        name: Name of the data set; the other arguments are those of the process.
    """
    if module == "__main__":
        sys.exit(run([name, *sys.argv[1:]]))


def show(name: str) -> None:
    """Load a data set with its default parameters, print what it holds, save a contact sheet of it.

    Raises:
        DataError: If its raw data is missing or unusable.
        OSError: If the contact sheet cannot be written.
    """
    dataset = (DATASETS[name] if name in DATASETS else COLLECTIONS[name])()
    dataset.load_or_generate_data()
    print(dataset.describe())
    path = processed_dir("contact_sheets") / f"{name}.png"
    shown = samples(dataset) if isinstance(dataset, Dataset) else dataset.samples(_MAX_PAGES)
    save_contact_sheet(shown[0], shown[1], path)
    print(f"Contact sheet: {path}")


def samples(
    dataset: Dataset, caption: Callable[[Split, int], str] | None = None, count: int = _MAX_SAMPLES
) -> tuple[list[InkImage], list[str]]:
    """Return images of a loaded data set, evenly spread over each split, and their captions.

    Args:
        dataset: After `load_or_generate_data`.
        caption: Text for sample i of a split; by default that of the data set.
        count: How many in all, at most.

    Returns:
        The images, each with its label map on the right where the targets are label maps; and the captions.
    """
    describe = caption or dataset.caption
    images, captions = [], []
    filled = [(name, split) for name, split in dataset.splits.items() if len(split)]
    for name, split in filled:
        for index in np.unique(np.linspace(0, len(split) - 1, max(1, count // len(filled))).astype(int)):
            images.append(_with_labels(np.asarray(split.images[index]), split.targets[index]))
            captions.append(f"{name}: {describe(split, int(index))}")
    return images, captions


def _with_labels(image: InkImage, target: object) -> InkImage:
    """Return the image, with its label map (H, W) on the right if the target is one."""
    if not isinstance(target, np.ndarray) or target.shape != image.shape:
        return image
    return np.hstack([image, (target * (255 // max(1, int(target.max())))).astype(np.uint8)])


def _tile(image: InkImage, caption: str) -> Image.Image:
    """Return a sample as black ink on white, its caption below."""
    picture = Image.fromarray(255 - image)
    picture.thumbnail(_MAX_IMAGE_PX)
    font = ImageFont.load_default(_FONT_SIZE_PX)
    width = max(picture.width, round(font.getlength(caption))) + 1
    tile = Image.new("L", (min(width, _MAX_IMAGE_PX[0]), picture.height + _CAPTION_HEIGHT_PX), 255)
    tile.paste(picture)
    ImageDraw.Draw(tile).text((0, picture.height + 1), caption, fill=0, font=font)
    return tile


def _arrange(tiles: Sequence[Image.Image]) -> tuple[list[tuple[int, int]], int]:
    """Return the top left corner of each tile, in rows from left to right, and the height of all."""
    corners = []
    x, y, row_height = _GAP_PX, _GAP_PX, 0
    for tile in tiles:
        if x > _GAP_PX and x + tile.width + _GAP_PX > _SHEET_WIDTH_PX:
            x, y, row_height = _GAP_PX, y + row_height + _GAP_PX, 0
        corners.append((x, y))
        x += tile.width + _GAP_PX
        row_height = max(row_height, tile.height)
    return corners, y + row_height + _GAP_PX
