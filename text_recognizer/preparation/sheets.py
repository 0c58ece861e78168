"""A photo of several sheets on a table -> each of them in an image of its own, in reading order.

`sheet` finds one sheet. So the bright parts of the image are told apart first, and each that has the sides of
a sheet becomes an image in which the others are table.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from text_recognizer.arrays import GrayImage, Indices, Mask
from text_recognizer.images.components import connected_components
from text_recognizer.preparation.homography import Homography
from text_recognizer.preparation.paper import Overview, brightest, dilated, enlarged, eroded, overview
from text_recognizer.preparation.sheet import find_sheet

_STROKE_PX = 5  # writing is thinner on an overview, and disappears
_BRIDGE_PX = 2  # half of the width of the light grain of a table, which joins sheets
_MARGIN_PX = 12  # of table around a sheet, on an overview: its sides are found as steps from the table
_MIN_TABLE_SHARE = 0.08  # of the image that is darker than the sheets; a page has less, but for its ink
_MIN_STEP = 40  # greys from the table to the sheets
_MIN_SHARE = 0.05  # of the image that is one of the sheets; smaller bright parts are labels or reflections
_MAX_SHEETS = 6  # more bright parts are the cells of a table or the panes of a window


@dataclass(frozen=True, eq=False)
class LoneSheet:
    """One sheet of an image, alone on its table.

    ```python
    import numpy as np
    from text_recognizer.preparation.sheets import sheets_of

    photo = np.full((400, 640), 60, np.uint8)
    photo[40:360, 40:290] = photo[40:360, 350:600] = 245
    print([each.to_original.apply([[0, 0]]) for each in sheets_of(photo)])
    ```

    Attributes:
        image: (H, W) grey values of the sheet and some table around it.
        to_original: From its points to those of the image that it was cut out of.
    """

    image: GrayImage
    to_original: Homography


def sheets_of(image: GrayImage) -> list[LoneSheet]:
    """Return the sheets that an image (H, W) shows, in reading order; if it shows one at most, itself.

    Args:
        image: Grey values; sheets are brighter than the table.
    """
    small = overview(image)
    parts = _bright_parts(small[0])
    if len(parts) > 1:
        dark = np.uint8(np.median(small[0][~np.any(parts, axis=0)]))
        found = [_alone(small, parts, index, dark) for index in range(len(parts))]
        whole = [index for index, (view, _) in enumerate(found) if find_sheet(view) is not None]
        if len(whole) > 1:
            ordered = [whole[place] for place in _order(np.array([found[index][1] for index in whole]))]
            return [_cut_out(image, small[1], parts, index, found[index][1], dark) for index in ordered]
    return [LoneSheet(image, Homography.identity())]


def _bright_parts(small: GrayImage) -> list[Mask]:
    """Return the masks (h, w) of large bright parts of an overview (h, w); none if it has no dark table."""
    paper = brightest(small, _STROKE_PX // 2)
    level = _threshold(paper)
    bright = paper > level
    share = float(bright.mean())
    if not _MIN_SHARE < share < 1 - _MIN_TABLE_SHARE:
        return []
    if np.median(paper[bright]) < np.median(paper[~bright]) + _MIN_STEP:
        return []
    components = connected_components(eroded(bright, _BRIDGE_PX))
    large = np.flatnonzero(components.areas() >= _MIN_SHARE * small.size)
    if not 1 < len(large) <= _MAX_SHEETS:
        return []
    labels = components.paint()
    return [dilated(labels == label, _BRIDGE_PX) for label in large.tolist()]


def _threshold(values: GrayImage) -> int:
    """Return the grey that parts those of (h, w) best into dark and bright ones.

    Source: Otsu 1979 (A threshold selection method from gray-level histograms), IEEE TSMC 9:62.
    """
    counts = np.bincount(values.ravel(), minlength=256).astype(np.float64)
    below, sums = np.cumsum(counts), np.cumsum(counts * np.arange(256))
    above = below[-1] - below
    apart = (sums[-1] * below / below[-1] - sums) ** 2 / np.maximum(below * above, 1)
    return int(apart.argmax())


def _alone(small: Overview, parts: Sequence[Mask], index: int, dark: np.uint8) -> tuple[GrayImage, Indices]:
    """Return the part of an overview that shows one sheet, (h', w'), and its box: x1, y1, x2, y2.

    Args:
        small: Of the image.
        parts: Masks (h, w) of the sheets.
        index: Of the sheet.
        dark: Grey of the table, which the other sheets become.
    """
    rows, columns = np.flatnonzero(parts[index].any(axis=1)), np.flatnonzero(parts[index].any(axis=0))
    height, width = small[0].shape
    box = np.array([
        max(0, columns[0] - _MARGIN_PX), max(0, rows[0] - _MARGIN_PX),
        min(width, columns[-1] + 1 + _MARGIN_PX), min(height, rows[-1] + 1 + _MARGIN_PX),
    ])  # fmt: skip
    view = np.where(_others(parts, index), dark, small[0])
    return view[box[1] : box[3], box[0] : box[2]], box


def _others(parts: Sequence[Mask], index: int) -> Mask:
    """Return where the sheets other than one lie, (h, w), with their soft edges."""
    others = np.any([part for number, part in enumerate(parts) if number != index], axis=0)
    return dilated(others, _STROKE_PX) & ~dilated(parts[index], _STROKE_PX // 2)


def _cut_out(
    image: GrayImage, factor: int, parts: Sequence[Mask], index: int, box: Indices, dark: np.uint8
) -> LoneSheet:
    """Return one sheet of an image (H, W).

    Args:
        image: Grey values.
        factor: Its pixels per pixel of the overview.
        parts: Masks (h, w) of the sheets on the overview.
        index: Of the sheet.
        box: x1, y1, x2, y2 on the overview, see `_alone`.
        dark: Grey of the table.
    """
    x1, y1, x2, y2 = (box * factor).tolist()
    view = image[y1:y2, x1:x2].copy()
    others = _others(parts, index)[box[1] : box[3], box[0] : box[2]]
    view[enlarged(others, factor, view.shape)] = dark
    shift = np.array([[1.0, 0, x1], [0, 1, y1], [0, 0, 1]])
    return LoneSheet(view, Homography(shift))


def _order(boxes: Indices) -> list[int]:
    """Return the indices of sheets with boxes (N, 4) in reading order: rows of sheets, each from the left."""
    middles = (boxes[:, 1] + boxes[:, 3]) / 2
    rows: list[list[int]] = []
    for index in np.argsort(middles, kind="stable").tolist():
        if rows and middles[index] < boxes[rows[-1][0], 3] and boxes[index, 1] < middles[rows[-1][0]]:
            rows[-1].append(index)
        else:
            rows.append([index])
    return [index for row in rows for index in sorted(row, key=lambda each: int(boxes[each, 0]))]
