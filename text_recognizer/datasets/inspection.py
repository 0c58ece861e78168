"""A look at a data set: one picture of samples, and the main function that every data set module shares."""

import argparse
import io
import logging
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from text_recognizer.datasets.dataset import Dataset, Split
from text_recognizer.datasets.files.hashes import write_atomically
from text_recognizer.errors import DataError
from text_recognizer.tooling.data_root import processed_dir, set_mirror

_SHEET_WIDTH = 1400
_MAX_IMAGE = (680, 360)  # larger samples are scaled down
_CAPTION_HEIGHT = 14
_GAP = 6
_SAMPLES = 120


def contact_sheet(images: Sequence[npt.NDArray[np.uint8]], captions: Sequence[str]) -> Image.Image:
    """Return one picture of all images, each with its caption below, ink shown black on white.

    Args:
        images: uint8 arrays (H, W), 255 = ink, of any sizes.
        captions: One text per image.
    """
    tiles = [_tile(image, caption) for image, caption in zip(images, captions, strict=True)]
    places, height = _places(tiles)
    sheet = Image.new("L", (_SHEET_WIDTH, height), 255)
    for tile, place in zip(tiles, places, strict=True):
        sheet.paste(tile, place)
    return sheet


def save_contact_sheet(images: Sequence[npt.NDArray[np.uint8]], captions: Sequence[str], path: Path) -> None:
    """Write a contact sheet as PNG.

    Args:
        images: uint8 arrays (H, W), 255 = ink, of any sizes.
        captions: One text per image.
        path: The PNG to write.
    """
    buffer = io.BytesIO()
    contact_sheet(images, captions).save(buffer, format="PNG")
    write_atomically(path, buffer.getvalue())


def run_module(factory: Callable[[], Dataset], caption: Callable[[Split, int], str] | None = None) -> None:
    """Print what a data set holds and save one contact sheet of it: `python -m text_recognizer.datasets.X`.

    Args:
        factory: Makes the data set with its default parameters.
        caption: Text below sample i of a split; by default its target, or its id where the target is no text.
    """
    parser = argparse.ArgumentParser(
        description=f"Build and describe {getattr(factory, '__name__', 'a data set')}."
    )
    parser.add_argument("--mirror", metavar="DIR", help="folder with ready data in the official layouts")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    if arguments.mirror:
        set_mirror(arguments.mirror)
    dataset = factory()
    path = processed_dir("contact_sheets") / f"{type(dataset).__name__}.png"
    try:
        dataset.load_or_generate_data()
        print(dataset.describe())
        save_contact_sheet(*samples(dataset, caption), path)
    except (DataError, OSError) as error:
        raise SystemExit(f"{type(error).__name__}: {error}") from None
    print(f"Contact sheet: {path}")


def samples(
    dataset: Dataset, caption: Callable[[Split, int], str] | None = None, count: int = _SAMPLES
) -> tuple[list[npt.NDArray[np.uint8]], list[str]]:
    """Return images of a loaded data set, evenly spread over each split, and their captions.

    Args:
        dataset: After `load_or_generate_data`.
        caption: Text for sample i of a split; by default its target, or its id where the target is no text.
        count: How many in all, at most.

    Returns:
        The images, (H, W) uint8 with 255 = ink, label maps on their right where the targets are such; and a
        caption for each.
    """
    describe = caption or _target_or_id
    images, captions = [], []
    filled = [(name, split) for name, split in dataset.splits.items() if len(split)]
    for name, split in filled:
        for index in np.unique(np.linspace(0, len(split) - 1, max(1, count // len(filled))).astype(int)):
            images.append(_with_labels(np.asarray(split.images[index]), split.targets[index]))
            captions.append(f"{name}: {describe(split, int(index))}")
    return images, captions


def _with_labels(image: npt.NDArray[np.uint8], target: object) -> npt.NDArray[np.uint8]:
    """Return the image, with its label map (H, W) on the right if the target is one."""
    if not isinstance(target, np.ndarray) or target.shape != image.shape:
        return image
    return np.hstack([image, (target * (255 // max(1, int(target.max())))).astype(np.uint8)])


def _target_or_id(split: Split, index: int) -> str:
    target = split.targets[index]
    return target if isinstance(target, str) else split.ids[index]


def _tile(image: npt.NDArray[np.uint8], caption: str) -> Image.Image:
    picture = Image.fromarray(255 - image)
    picture.thumbnail(_MAX_IMAGE)
    font = ImageFont.load_default(10)
    width = max(picture.width, round(font.getlength(caption))) + 1
    tile = Image.new("L", (min(width, _MAX_IMAGE[0]), picture.height + _CAPTION_HEIGHT), 255)
    tile.paste(picture)
    ImageDraw.Draw(tile).text((0, picture.height + 1), caption, fill=0, font=font)
    return tile


def _places(tiles: Sequence[Image.Image]) -> tuple[list[tuple[int, int]], int]:
    """Return the top left corner of each tile, in rows from left to right, and the height of all."""
    places = []
    x, y, row_height = _GAP, _GAP, 0
    for tile in tiles:
        if x > _GAP and x + tile.width + _GAP > _SHEET_WIDTH:
            x, y, row_height = _GAP, y + row_height + _GAP, 0
        places.append((x, y))
        x += tile.width + _GAP
        row_height = max(row_height, tile.height)
    return places, y + row_height + _GAP
