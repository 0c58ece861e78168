"""Parts of a page that show no paper -> the grey of the paper around them."""

from functools import reduce
from typing import TypeAlias

import numpy as np
from PIL import Image, ImageFilter

from text_recognizer.arrays import Floats, GrayImage, Mask
from text_recognizer.images.components import connected_components

OVERVIEW_PX = 640  # longer side of a page on which its parts are told apart; strokes are a pixel or two there


Overview: TypeAlias = tuple[GrayImage, int]  # see `overview`


def overview(image: GrayImage) -> Overview:
    """Return an image (H, W) reduced by a whole factor, to at most `OVERVIEW_PX`, (h, w); and the factor."""
    factor = max(1, -(-max(image.shape) // OVERVIEW_PX))
    return np.asarray(Image.fromarray(image).reduce(factor)), factor


def enlarged(mask: Mask, factor: int, shape: tuple[int, ...]) -> Mask:
    """Return a mask (h, w) of an overview as the mask of its page, whose shape is (H, W)."""
    whole = np.repeat(np.repeat(mask, factor, axis=0), factor, axis=1)
    return np.asarray(whole[: shape[0], : shape[1]])


def eroded(mask: Mask, radius: int) -> Mask:
    """Return the pixels of (H, W) that have nothing but the mask in the square of a radius of at most 9.

    What lies outside of the image is taken to be as its border. A mean of 255 says that all are set: the
    mean filter takes the same time for any radius, which a minimum filter does not.
    """
    image = Image.fromarray(mask.astype(np.uint8) * np.uint8(255))
    return np.asarray(np.asarray(image.filter(ImageFilter.BoxBlur(radius))) == 255)


def dilated(mask: Mask, radius: int) -> Mask:
    """Return the pixels of (H, W) that have some of the mask in the square of a radius of at most 9."""
    return ~eroded(~mask, radius)


def without_holes(region: Mask) -> Mask:
    """Return a region (h, w) with what it surrounds: large letters on it, for example."""
    outside = connected_components(~region)
    boxes = outside.boxes()
    height, width = region.shape
    inner = (boxes[:, :2] > 0).all(axis=1) & (boxes[:, 2] < width) & (boxes[:, 3] < height)
    return np.asarray(region | (outside.paint(inner.astype(np.int64)) == 1))


def brightest(image: GrayImage, reach: int) -> GrayImage:
    """Return the brightest pixel of (H, W) within `reach` rows and columns; outside it is as its border."""
    for _ in range(2):
        padded = np.pad(image, ((0, 0), (reach, reach)), mode="edge")
        shifted = [padded[:, offset : offset + image.shape[1]] for offset in range(2 * reach + 1)]
        image = np.ascontiguousarray(reduce(np.maximum, shifted).T)
    return image


def fill_with_paper(image: GrayImage, hidden: Mask) -> GrayImage:
    """Return an image (H, W) whose `hidden` pixels have the grey of the paper nearby."""
    small, factor = overview(image)
    known = overview((~hidden).astype(np.uint8) * np.uint8(255))[0] == 255
    # The brightest of nine pixels is paper, unless they lie within a stroke.
    paper = np.asarray(Image.fromarray(small).filter(ImageFilter.MaxFilter(3)), np.float32)
    paper[dilated(~known, 1)] = 0  # the maximum reaches across the border of what is hidden
    smooth = _spread(paper, ~dilated(~known, 1))
    size = small.shape[1] * factor, small.shape[0] * factor
    # Rounded before it is enlarged: whole pages of real numbers take four times the memory.
    greys = Image.fromarray(np.rint(smooth).astype(np.uint8)).resize(size, Image.Resampling.BILINEAR)
    filled = image.copy()
    np.copyto(filled, np.asarray(greys)[: image.shape[0], : image.shape[1]], where=hidden)
    return filled


def _spread(values: Floats, known: Mask) -> Floats:
    """Return values (H, W) whose unknown ones are filled in from an image of half the size, repeatedly.

    Source: the pull-push pyramid of Gortler, Grzeszczuk, Szeliski & Cohen 1996 (The Lumigraph), section 3.4.
    """
    if known.all() or not known.any() or max(values.shape) < 2:
        return values
    height, width = values.shape
    padding = ((0, height % 2), (0, width % 2))
    blocks = np.pad(values * known, padding).reshape(-(-height // 2), 2, -(-width // 2), 2)
    counts = np.pad(known, padding).reshape(blocks.shape).sum(axis=(1, 3))
    means = blocks.sum(axis=(1, 3)) / np.maximum(counts, 1)
    coarse = _spread(means.astype(np.float32), counts > 0)
    size = coarse.shape[1] * 2, coarse.shape[0] * 2
    filled = np.asarray(Image.fromarray(coarse).resize(size, Image.Resampling.BILINEAR))
    return np.where(known, values, filled[:height, :width])
