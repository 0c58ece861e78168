"""Deep shadows, and pencil that is too faint to be taken for ink -> even paper, and ink on it."""

from collections.abc import Iterator

import numpy as np
from PIL import Image, ImageFilter

from text_recognizer.arrays import Floats, GrayImage
from text_recognizer.images.components import connected_components
from text_recognizer.images.resizing import strips
from text_recognizer.preparation.paper import Overview, brightest, dilated, enlarged, overview

_STROKE_REACH_PX = 3  # in half of an overview: strokes of up to 12 of its pixels are not paper
_AROUND_PX = 5  # the neighbourhood of a pixel of an overview: some strokes, and paper
_STEP_PX = 2  # on both sides of the edge of a shadow
_MIN_STEP = 0.15  # of the paper's grey, at a hard edge; `ink_map` copes with less
_MAX_STEPS_SHARE = 0.001  # of the paper, in a soft shadow
_SOFT_REACHES = 24  # of the page's longer side, on both sides of the edge: within it, `ink_map` sees one grey
_MIN_SOFT_STEP = 0.12  # across that: half of it is left as a grey veil, which hides lines from the detector
_MIN_SOFT_SHARE = 0.02  # of the paper that lies at the edge of a soft shadow
_MIN_EDGE_SHARE = 0.5  # of the page's shorter side that such an edge is long
_REFERENCE_PERCENTILE = 90  # of the paper's grey: what it has in full light
_MIN_PAPER_SHARE = 0.85  # of the darker paper beside an edge: what is not darker is no ink
_CLEAR_PIXELS = 30  # of an overview that are darker than faint ink: something is clearly written
_CLEAR_DARKNESS = 0.25  # relative to the paper; of thin strokes, an overview shows about half
_FAINT_PERCENTILE = 99.5  # of the darkness: a page that is written on has more ink than the rest
_MIN_SIGMAS = 6.0  # of the paper's grain by which faint ink must differ from it
_MIN_FAINT_DARKNESS = 0.015  # four greys; less is a matter of compression
_FULL_DARKNESS = 0.6  # that faint ink gets
_MAX_GRAIN = 0.04  # darkness of the paper's grain, after faint ink got that; more is smoothed before
_MIN_GRAY = 8.0  # of paper, relative to which darkness is measured


def even_light(image: GrayImage, seen: Overview | None = None) -> GrayImage:
    """Return a page (H, W) without deep shadows, and with its faint ink made strong.

    A page that has neither, or whose writing is light on dark, is returned as it is.

    Args:
        image: The page.
        seen: Its overview, if there is one already.
    """
    small, factor = seen or overview(image)
    paper = _paper(small)
    shaded = _has_deep_shadow(paper)
    if not shaded and _is_clear(small, paper):
        return image
    if not _is_dark_on_light(small):
        return image
    if shaded:
        image = _without_shadow(image, _whole(paper, small.shape), factor)
        small = overview(image)[0]
        paper = _paper(small)
    return _strengthened(image, small, _whole(paper, small.shape), factor)


def _paper(small: GrayImage) -> GrayImage:
    """Return the paper of an overview (h, w), at half of its size: a closing, which keeps edges."""
    height, width = small.shape
    padded = np.pad(small, ((0, height % 2), (0, width % 2)), mode="edge")
    halves = np.maximum(padded[::2], padded[1::2])
    halves = np.maximum(halves[:, ::2], halves[:, 1::2])
    return ~brightest(~brightest(halves, _STROKE_REACH_PX), _STROKE_REACH_PX)


def _whole(paper: GrayImage, shape: tuple[int, ...]) -> Floats:
    """Return what `_paper` returned at the size of its overview, whose shape is (h, w)."""
    whole = np.repeat(np.repeat(paper, 2, axis=0), 2, axis=1)
    return whole[: shape[0], : shape[1]].astype(np.float32)


def _is_clear(small: GrayImage, paper: GrayImage) -> bool:
    """Tell whether an overview (h, w) with this paper, half of its size, has ink that is not faint."""
    limits = (np.arange(256) * (1 - _CLEAR_DARKNESS)).astype(np.uint8)[paper]
    limits = np.repeat(np.repeat(limits, 2, axis=0), 2, axis=1)[: small.shape[0], : small.shape[1]]
    return int(np.count_nonzero(small < limits)) > _CLEAR_PIXELS


def _is_dark_on_light(small: GrayImage) -> bool:
    """Tell whether the writing on an overview (h, w) is dark: then the rare and large deviations are."""
    around = np.asarray(Image.fromarray(small).filter(ImageFilter.BoxBlur(_AROUND_PX)))
    return bool(np.sum((small.astype(np.float32) - around) ** 3) < 0)


def _has_deep_shadow(paper: GrayImage) -> bool:
    """Tell whether the grey of a paper (h, w) has a long step, or falls fast without any step.

    Steps that are short are those of something dark on the paper, which is no shadow.
    """
    if np.ptp(paper) < _MIN_STEP * paper.max():
        return False
    greys = paper.astype(np.float32)
    steps = _steps(greys) > _MIN_STEP
    if np.mean(steps) < _MAX_STEPS_SHARE:
        reach = max(1, max(paper.shape) // _SOFT_REACHES)
        return bool(np.mean(_steps(greys, reach) > _MIN_SOFT_STEP) > _MIN_SOFT_SHARE)
    boxes = connected_components(steps).boxes()
    return bool((boxes[:, 2:] - boxes[:, :2]).max() > _MIN_EDGE_SHARE * min(paper.shape))


def _steps(paper: Floats, reach: int = _STEP_PX) -> Floats:
    """Return by how much the grey of a paper (h, w) changes around each pixel, relative to the lighter."""
    padded = np.pad(paper, reach, mode="edge")
    across = padded[reach:-reach, 2 * reach :], padded[reach:-reach, : -2 * reach]
    down = padded[2 * reach :, reach:-reach], padded[: -2 * reach, reach:-reach]
    changes = [1 - np.minimum(*pair) / np.maximum(np.maximum(*pair), _MIN_GRAY) for pair in (across, down)]
    return np.maximum(*changes)


def _without_shadow(image: GrayImage, paper: Floats, factor: int) -> GrayImage:
    """Return a page (H, W) as if the light on it was even; `paper` (h, w) is that of its overview.

    At the edge of a shadow, pixels that are not darker than the darker paper there are paper.
    """
    reference = float(np.percentile(paper, _REFERENCE_PERCENTILE))
    seams = dilated(_steps(paper, 1) > _MIN_STEP / 2, 2)
    darker = 255 - brightest(255 - paper.astype(np.uint8), 2 * _STEP_PX)
    lit = np.empty_like(image)
    for rows, seen, ground in _enlarged(paper, factor, image.shape):
        strip = image[rows]
        even = strip * (reference / np.maximum(ground, _MIN_GRAY))
        seam = enlarged(seams[seen], factor, strip.shape)
        least = np.repeat(np.repeat(darker[seen], factor, axis=0), factor, axis=1)
        least = least[: strip.shape[0], : strip.shape[1]]
        even[seam & (strip >= _MIN_PAPER_SHARE * least)] = reference
        lit[rows] = np.rint(np.clip(even, 0, 255))
    return lit


def _darkness(image: GrayImage, paper: Floats) -> Floats:
    """Return how much darker an image (H, W) is than its paper (H, W), relative to that."""
    return np.asarray(1 - image / np.maximum(paper, _MIN_GRAY), np.float32)


def _faint_darkness(darkness: Floats) -> float:
    """Return how dark the faint ink of an overview is, given the darkness (h, w); 0 if there is none."""
    ink = float(np.percentile(darkness, _FAINT_PERCENTILE)) - float(np.median(darkness))
    return ink if ink > max(_MIN_FAINT_DARKNESS, _MIN_SIGMAS * _grain(darkness)) else 0.0


def _grain(darkness: Floats) -> float:
    """Return the standard deviation of the darkness (h, w) of paper, of which most of a page consists."""
    return 1.4826 * float(np.median(np.abs(darkness - np.median(darkness))))


def _strengthened(image: GrayImage, small: GrayImage, paper: Floats, factor: int) -> GrayImage:
    """Return a page (H, W) with strong ink; as it is if its ink is clear, or if nothing is written on it.

    Args:
        image: The page.
        small: (h, w) its overview.
        paper: (h, w) grey of the paper there.
        factor: By which the overview is reduced.
    """
    darkness = _darkness(small, paper)
    faint = _faint_darkness(darkness)
    if not faint or np.count_nonzero(darkness > _CLEAR_DARKNESS) > _CLEAR_PIXELS:
        return image
    gain = _FULL_DARKNESS / faint
    some = [
        _darkness(image[rows][rows.start % 2 :: 2, ::2], ground[rows.start % 2 :: 2, ::2])
        for rows, _, ground in _enlarged(paper, factor, image.shape)
    ]
    if gain * _grain(np.concatenate(some)) > _MAX_GRAIN:
        image = np.asarray(Image.fromarray(image).filter(ImageFilter.GaussianBlur(1)))
    usual, strong = np.float32(np.median(darkness)), np.empty_like(image)
    for rows, _, ground in _enlarged(paper, factor, image.shape):
        ink = gain * (_darkness(image[rows], ground) - usual)
        strong[rows] = np.rint(ground * (1 - np.clip(ink, 0, 1)))
    return strong


def _enlarged(values: Floats, factor: int, shape: tuple[int, ...]) -> Iterator[tuple[slice, slice, Floats]]:
    """Yield values (h, w) of an overview at the pixels of its page, some rows at a time to save memory.

    Args:
        values: Of the overview.
        factor: By which it is reduced.
        shape: (H, W) of the page.

    Yields:
        Rows of the page, those of the overview that they are reduced to, and the values there, (rows, W).
    """
    small, width = Image.fromarray(values), values.shape[1]
    for seen in strips(len(values), width * factor**2):
        size, box = (width * factor, (seen.stop - seen.start) * factor), (0, seen.start, width, seen.stop)
        whole = np.asarray(small.resize(size, Image.Resampling.BILINEAR, box))
        rows = slice(seen.start * factor, min(seen.stop * factor, shape[0]))
        yield rows, seen, whole[: rows.stop - rows.start, : shape[1]]
