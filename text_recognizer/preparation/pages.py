"""The steps of preparation in their order: sheet, black edges and inverted parts, light, focus, skew."""

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from text_recognizer.arrays import GrayImage, InkMap, Reals
from text_recognizer.budget import Budget
from text_recognizer.images.ink import ink_map
from text_recognizer.preparation.dark_regions import repaint_dark_regions
from text_recognizer.preparation.focus import in_focus
from text_recognizer.preparation.homography import Homography
from text_recognizer.preparation.light import even_light
from text_recognizer.preparation.paper import Overview, fill_with_paper, overview
from text_recognizer.preparation.sheet import find_sheet
from text_recognizer.preparation.skew import Direction, find_direction
from text_recognizer.preparation.warping import warp
from text_recognizer.preprocessing.paper_rules import remove_rules

_MIN_WRITTEN_SHARE = 0.08  # of the ink that is not that of rules: less is what is left of them
_CERTAINLY_LEVEL_GAIN = 0.7  # sharpness of columns against rows; rules or not, lines then run across the page
_MARGIN_PX = 2.0  # of an overview: what lies at the border of a sheet is half table
_MAX_LEVEL_PIXELS = 4_000_000  # a levelled page has longer sides: with more pixels than this it is reduced


@dataclass(frozen=True, eq=False)
class PreparedPage:
    """A page as a scanner would show it.

    ```python
    from text_recognizer.images.loading import load_image
    from text_recognizer.preparation.pages import prepare_page

    page = prepare_page(load_image(f"{folder}/page.png"))
    print(page.image.shape, page.to_original.apply([[10, 20]]))
    ```

    Attributes:
        image: (H, W) grey values, dark ink on light paper, lines level or upright.
        to_original: From its points to those of the image that it was made of.
        upright_gain: How likely its lines run from top to bottom or back, see `skew.Direction`.
        degrees: By how much it was turned, clockwise, so that its lines are level or upright.
        quarters: By how many quarter turns, clockwise, it was turned.
        sheet: (4, 2) corners of the sheet that was cut out of the table around it, on the image that it was
            made of; None if there was none.
        inverted: (N, 4, 2) corners of the parts that were light on dark, on that image.
        unlevelled: The page before it was turned by `degrees`; None if it was not. Slanted strokes of lines
            that run from top to bottom look like lines that are not level.
    """

    image: GrayImage
    to_original: Homography
    upright_gain: float = 0.0
    degrees: float = 0.0
    quarters: int = 0
    sheet: Reals | None = None
    inverted: Reals = field(default_factory=lambda: np.zeros((0, 4, 2)))
    unlevelled: "PreparedPage | None" = None

    @cached_property
    def overview(self) -> Overview:
        """Its overview, which the steps of preparation look at: most of them leave the page as it is."""
        return overview(self.image)

    @property
    def has_image_border(self) -> bool:
        """Whether its border is that of the image."""
        return self.sheet is None and self.degrees == 0

    def turned(self, quarters: int) -> "PreparedPage":
        """Return the page turned clockwise by quarter turns."""
        height, width = self.image.shape
        size = (height, width) if quarters % 2 else (width, height)
        back = Homography.rotation(-90 * quarters, size, (width, height))
        turned = np.ascontiguousarray(np.rot90(self.image, -quarters))
        return replace(
            self, image=turned, to_original=back.then(self.to_original), upright_gain=0.0, quarters=quarters
        )


def prepare_page(image: GrayImage, budget: Budget | None = None) -> PreparedPage:
    """Return the page that an image (H, W) shows.

    A page that needs nothing is returned as it is, to the last pixel; so is one whose ink is light on dark
    everywhere. What is done to others: a sheet is cut out of the table around it, without perspective; black
    edges of a scan become paper; parts that are white on black are inverted; deep shadows are lit; faint ink
    gets strong; blurred strokes get edges, and strong grain is smoothed; and the page is turned so that its
    lines are level, by at most 32 degrees.

    Args:
        image: The image.
        budget: How long it may take: when preparation has used up its part, what is left of it is not done.
    """
    budget = budget or Budget()
    page = PreparedPage(image, Homography.identity())
    for step in (_without_table, _without_dark_regions, _in_even_light, _in_focus, _level):
        budget.give_way()
        if not budget.may_prepare():
            break
        page = step(page)
    return page


def _without_dark_regions(page: PreparedPage) -> PreparedPage:
    """Return a page with black edges as paper, and with parts that are white on black inverted."""
    repainted, boxes = repaint_dark_regions(page.image, page.overview)
    if repainted is page.image:
        return page
    corners = boxes[:, [[0, 1], [2, 1], [2, 3], [0, 3]]].astype(np.float64)  # (N, 4, 2)
    inverted = page.to_original.apply(corners.reshape(-1, 2)).reshape(-1, 4, 2)
    return replace(page, image=repainted, inverted=inverted)


def _in_even_light(page: PreparedPage) -> PreparedPage:
    """Return a page without deep shadows, and with its faint ink made strong."""
    even = even_light(page.image, page.overview)
    return page if even is page.image else replace(page, image=even)


def _in_focus(page: PreparedPage) -> PreparedPage:
    """Return a page with sharp edges, and without strong grain."""
    sharp = in_focus(page.image)
    return page if sharp is page.image else replace(page, image=sharp)


def _without_table(page: PreparedPage) -> PreparedPage:
    """Return the sheet on a page, if there is a table around it."""
    small, factor = page.overview
    corners = find_sheet(small)
    if corners is None:
        return page
    centre = corners.mean(axis=0)
    inner = corners - _MARGIN_PX * np.sign(corners - centre)
    return replace(_viewed(page, inner * factor), sheet=corners * factor)


def _viewed(page: PreparedPage, corners: Reals) -> PreparedPage:
    """Return what lies between four corners (4, 2) of a page, clockwise from top left."""
    top, right, bottom, left = np.hypot(*(np.roll(corners, -1, axis=0) - corners).T)
    width, height = _limited(max(top, bottom), max(left, right), page.image.size)
    to_page = Homography.between([[0, 0], [width, 0], [width, height], [0, height]], corners)
    view, outside = warp(page.image, to_page, (width, height))
    if outside.any():
        view = fill_with_paper(view, outside)
    return PreparedPage(view, to_page.then(page.to_original))


def _level(page: PreparedPage) -> PreparedPage:
    """Return a page with level or upright lines."""
    direction = _direction(ink_map(page.overview[0]))
    if direction.degrees == 0:
        return replace(page, upright_gain=direction.upright_gain)
    height, width = page.image.shape
    radians = np.deg2rad(abs(direction.degrees))
    whole = (
        int(width * np.cos(radians) + height * np.sin(radians)),
        int(height * np.cos(radians) + width * np.sin(radians)),
    )
    size = _limited(*whole, max(page.image.size, _MAX_LEVEL_PIXELS))
    to_whole = Homography.scaling(whole[0] / size[0], whole[1] / size[1])
    to_page = to_whole.then(Homography.rotation(direction.degrees, whole, (width, height)))
    view, outside = warp(page.image, to_page, size)
    levelled = fill_with_paper(view, outside)
    to_original = to_page.then(page.to_original)
    return replace(
        page,
        image=levelled,
        to_original=to_original,
        upright_gain=direction.upright_gain,
        degrees=direction.degrees,
        unlevelled=replace(page, upright_gain=direction.upright_gain),
    )


def _limited(width: float, height: float, pixels: int) -> tuple[int, int]:
    """Return width and height of a view, reduced to at most so many pixels."""
    scale = min(1.0, (pixels / (width * height)) ** 0.5)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _direction(ink: InkMap) -> Direction:
    """Return how the lines of an overview (h, w) run, whatever the oblique rules of its paper do."""
    direction = find_direction(ink)
    if not direction.degrees and direction.upright_gain <= _CERTAINLY_LEVEL_GAIN:
        return direction
    written = remove_rules(ink)
    if written is ink:  # there are no rules
        return direction
    if np.count_nonzero(written) < _MIN_WRITTEN_SHARE * np.count_nonzero(ink):
        return Direction()
    return find_direction(written)
