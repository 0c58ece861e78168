"""Black edges of a scan, and parts of a page that are white on black or grey -> paper, and black on white."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

from text_recognizer.arrays import GrayImage, Indices, Mask
from text_recognizer.images.components import Components, connected_components
from text_recognizer.images.ink import grey_percentiles
from text_recognizer.preparation.grey_parts import find_grey_parts
from text_recognizer.preparation.paper import (
    Overview,
    dilated,
    enlarged,
    eroded,
    fill_with_paper,
    overview,
    without_holes,
)

_MEAN_RADIUS_PX = 5  # of the square whose mean says that it is dark: wider than strokes, lower than a line
_MAX_DARK_SHARE = 0.45  # grey of such a mean relative to the page's paper; dense writing stays above
_PAPER_PERCENTILE = 95  # of the page's grey: also a page that is black by nine tenths shows its paper
_MIN_PAPER_GRAY = 80  # a page without anything brighter has no dark parts, it is dark
_MAX_STEP_RATIO = 0.6  # grey just within a part to that of the paper beside it; dim paper has no such step
_STEP_PX = 3  # on both sides of the border, where that is measured
_MIN_AREA_SHARE = 0.002  # of the page; smaller parts are blots
_MIN_THICK_RADIUS_PX = 4  # half the height of the lowest line on black
_MIN_EDGE_SHARE = 0.25  # of a side of the page that a black edge fills; writing that is cut off fills less
_LIGHT_LEVEL = 0.35  # of the way from a part's grey to the paper's: more is writing, or its soft edge
_MIN_LIGHT_SHARE = 0.015  # of a part with writing on it
_MAX_LIGHT_SHARE = 0.5  # writing covers less than what it is written on
_MAX_LINE_SHARE = 0.75  # of a line of it; half is usual, and nearly all of what a letter encloses
_MIN_SIDE_PX = 40  # longer side of a part with writing on it: the strokes of a large letter fill less
_MIN_FILL = 0.75  # of the box of a level part; large letters leave paper between their strokes
_MIN_ENCLOSED_SHARE = 0.5  # of the light pixels of a part that is not level; paper between strokes is open
_MIN_PAPER_SHARE = (
    0.7  # grey of the paper relative to the brightest pixels: less is the mean of light writing
)
_BRIGHTEST_PERCENTILE = 99.5
_DARK_LEVEL = 0.35  # of a shadow's grey, by which writing in it is darker
_MIN_DARK_STEP = 12  # greys that this is at least
_DARK_SHARES = (0.01, 0.3)  # of a shadow with dark writing in it
_MAX_LIGHTER_RATIO = 0.5  # pixels as much lighter to those darker: grain is both, writing is darker
_MIN_EVEN_SHARE = 0.6  # of a shadow that is about as dark as most of it; a table has greys of all kinds
_SEAM_PX = 1  # how far a border may be off, in pixels of the overview
_MAX_INK_SHARE = 0.1  # grey of the strongest ink relative to the paper, where black and white are exchanged


@dataclass(frozen=True)
class DarkRegions:
    """The dark parts of a page, as masks (h, w) of its overview.

    ```python
    import numpy as np
    from text_recognizer.preparation.dark_regions import find_dark_regions

    page = np.full((200, 300), 250, np.uint8)
    page[:, :20] = 10
    print(find_dark_regions(page).edges.sum())  # 4000
    ```

    Attributes:
        edges: Black edges along the page's border.
        inverted: What has light writing on it.
    """

    edges: Mask
    inverted: Mask


def repaint_dark_regions(image: GrayImage, seen: Overview | None = None) -> tuple[GrayImage, Indices]:
    """Return a page (H, W) with black edges as paper, and with parts that are white on black inverted.

    A page without them is returned as it is. Pages that are dark as a whole are not changed either.

    Args:
        image: The page.
        seen: Its overview, if there is one already.

    Returns:
        The page, and the boxes of the parts that were inverted: x1, y1, x2, y2 (exclusive) of each, (N, 4).
    """
    small, factor = seen or overview(image)
    found = _find(small)
    parts = connected_components(found.inverted)
    boxes = factor * parts.boxes()
    if not (found.edges.any() or len(boxes)):
        return image, boxes
    if found.inverted.any():
        image = _inverted(image, parts, factor, _paper_gray(_means(small)))
    seams = dilated(found.inverted, _SEAM_PX) & ~eroded(found.inverted, _SEAM_PX)
    hidden = dilated(found.edges, 2 * _SEAM_PX) | seams
    return fill_with_paper(image, enlarged(hidden, factor, image.shape)), boxes


def find_dark_regions(image: GrayImage) -> DarkRegions:
    """Return the black edges of a page (H, W), and its parts that have light writing on them."""
    return _find(overview(image)[0])


def _find(small: GrayImage) -> DarkRegions:
    """Do what `find_dark_regions` does for an overview (h, w)."""
    mean = _means(small)
    paper = _paper_gray(mean)
    dark = mean < _MAX_DARK_SHARE * paper
    nothing = DarkRegions(np.zeros_like(dark), np.zeros_like(dark))
    (brightest,) = grey_percentiles(small, [_BRIGHTEST_PERCENTILE])
    all_dark = paper < max(_MIN_PAPER_GRAY, _MIN_PAPER_SHARE * brightest)
    if all_dark:
        return nothing
    grey = find_grey_parts(small, paper)
    if not dark.any():
        return DarkRegions(nothing.edges, grey)
    components = connected_components(dark)
    labels = components.paint()
    boxes, areas = components.boxes(), components.areas()
    edges, inverted = nothing.edges, nothing.inverted
    for index in np.flatnonzero(areas >= _MIN_AREA_SHARE * dark.size):
        region = labels == index
        whole = _to_its_border(small, region, paper)
        if not _is_sharp(small, whole):
            continue
        thick = eroded(_with_lines(small, whole, paper), _MIN_THICK_RADIUS_PX)
        if thick.any() and _has_light_writing(small, thick, paper) and not _is_a_letter(small, thick, paper):
            inverted |= without_holes(whole)
        elif _fills_an_edge(region, boxes[index].tolist()) and not _has_dark_writing(small, region):
            edges |= region
    return DarkRegions(edges & ~grey, inverted | grey)


def _means(small: GrayImage) -> GrayImage:
    """Return the mean around every pixel of an overview (h, w)."""
    return np.asarray(Image.fromarray(small).filter(ImageFilter.BoxBlur(_MEAN_RADIUS_PX)))


def _paper_gray(means: GrayImage) -> float:
    """Return the grey of the paper of an overview whose means are (h, w)."""
    return grey_percentiles(means, [_PAPER_PERCENTILE])[0]


def _is_sharp(small: GrayImage, region: Mask) -> bool:
    """Tell whether a region of an overview, both (h, w), is much darker than the paper beside it."""
    beside = dilated(region, 2 * _STEP_PX) & ~dilated(region, _STEP_PX)
    within = region & ~eroded(region, _STEP_PX)
    if not (beside.any() and within.any()):
        return False
    return bool(np.median(small[within]) < _MAX_STEP_RATIO * np.median(small[beside]))


def _to_its_border(small: GrayImage, region: Mask, paper: float) -> Mask:
    """Return a region of an overview, both (h, w), as far as it reaches.

    At the border of a part that is not black, a mean is dark only where little paper lies in its square.
    """
    ground = min(float(np.median(small[region])), _MAX_DARK_SHARE * paper)
    within = (1 - _MAX_DARK_SHARE) * paper / (paper - ground)  # share of that square
    missing = int((within - 0.5) * (2 * _MEAN_RADIUS_PX + 1))
    return dilated(region, missing) if missing else region


def _with_lines(small: GrayImage, region: Mask, paper: float) -> Mask:
    """Return a region of an overview, both (h, w), with its lines, whose mean is not dark on a grey ground.

    Between the strokes of such a line lies the ground; what the stroke of a large letter encloses is paper.
    """
    holes = connected_components(without_holes(region) & ~region)
    if not holes.count:
        return region
    labels = holes.paint()
    light = np.bincount(labels[_is_light(small, region, paper) & (labels >= 0)], minlength=holes.count)
    lines = light < _MAX_LINE_SHARE * holes.areas()
    return np.asarray(region | (holes.paint(lines.astype(np.int64)) == 1))


def _has_light_writing(small: GrayImage, region: Mask, paper: float) -> bool:
    """Tell whether some, but not most, of a region of an overview, both (h, w), is light."""
    share = float(np.mean(_is_light(small, region, paper)[region]))
    return _MIN_LIGHT_SHARE < share < _MAX_LIGHT_SHARE


def _has_dark_writing(small: GrayImage, region: Mask) -> bool:
    """Tell whether a region of an overview, both (h, w), has thin dark strokes: it is paper in a shadow."""
    inner = eroded(region, _STEP_PX)  # without the soft edge of the region itself
    if not inner.any():
        return False
    ground = float(np.median(small[inner]))
    step = max(_MIN_DARK_STEP, _DARK_LEVEL * ground)
    off = small.astype(np.float32) - ground
    dark, lighter = (off < -step) & inner, (off > step) & inner
    if not _DARK_SHARES[0] < np.mean(dark[inner]) < _DARK_SHARES[1]:
        return False
    if np.count_nonzero(lighter) > _MAX_LIGHTER_RATIO * np.count_nonzero(dark):
        return False
    is_even = np.mean(np.abs(off[inner]) < step / 2) > _MIN_EVEN_SHARE
    return bool(is_even and not eroded(dark, _MIN_THICK_RADIUS_PX).any())


def _is_light(small: GrayImage, region: Mask, paper: float) -> Mask:
    """Return which pixels of an overview are light against the ground of a region, (h, w) all."""
    ground = float(np.median(small[region]))
    return np.asarray(small > ground + _LIGHT_LEVEL * (paper - ground))


def _is_a_letter(small: GrayImage, region: Mask, paper: float) -> bool:
    """Tell whether a region of an overview, both (h, w), is made of the strokes of large letters."""
    rows, columns = np.nonzero(region)
    height, width = int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1
    if max(height, width) < _MIN_SIDE_PX:
        return True
    if np.count_nonzero(without_holes(region)) >= _MIN_FILL * height * width:
        return False
    light = _is_light(small, region, paper)
    components = connected_components(light)
    labels = components.paint()
    beyond = np.unique(labels[light & ~dilated(region, 2 * _MIN_THICK_RADIUS_PX)])  # paper goes on there
    return bool(np.mean(np.isin(labels[light & region], beyond)) > 1 - _MIN_ENCLOSED_SHARE)


def _fills_an_edge(region: Mask, box: list[int]) -> bool:
    """Tell whether a region (h, w) with this box (x1, y1, x2, y2) fills much of a side of the page."""
    x1, y1, x2, y2 = box
    height, width = region.shape
    sides = [
        (x1 == 0, region[:, 0]),
        (y1 == 0, region[0]),
        (x2 == width, region[:, -1]),
        (y2 == height, region[-1]),
    ]
    return any(touches and np.mean(side) > _MIN_EDGE_SHARE for touches, side in sides)


def _inverted(image: GrayImage, parts: Components, factor: int, paper: float) -> GrayImage:
    """Return a page (H, W) whose parts, of its overview, have black and white exchanged.

    The ground of each gets the grey of the page's paper, so that no border remains between them.
    """
    changed, labels = image.copy(), parts.paint()
    for index, (x1, y1, x2, y2) in enumerate(parts.boxes().tolist()):
        part = changed[factor * y1 : factor * y2, factor * x1 : factor * x2]  # a view
        mask = enlarged(labels[y1:y2, x1:x2] == index, factor, part.shape)
        values = part[mask].astype(np.float32)
        ground, light = np.percentile(values, [50, 99])
        strength = np.clip((values - ground) / max(1.0, float(light - ground)), 0, 1)
        part[mask] = np.rint(paper * (1 - (1 - _MAX_INK_SHARE) * strength))
    return changed
