"""The types of the module that module.c defines; what its arguments mean is said in twin.py."""

import numpy as np
import numpy.typing as npt

from text_recognizer.arrays import (
    Flags,
    Floats,
    GrayImage,
    IndexMap,
    Indices,
    InkMap,
    LabelMap,
    Mask,
    Reals,
)

VERSION: int

def find(mask: Mask, height: int, width: int, rows: Indices, starts: Indices, ends: Indices, /) -> int: ...
def label(
    rows: Indices, starts: Indices, ends: Indices, height: int, width: int, labels: Indices, /
) -> int: ...
def boxes(
    rows: Indices, starts: Indices, ends: Indices, height: int, width: int, labels: Indices, boxes: Indices, /
) -> None: ...
def maxima(
    rows: Indices,
    starts: Indices,
    ends: Indices,
    height: int,
    width: int,
    labels: Indices,
    values: Floats,
    maxima: Floats,
    /,
) -> None: ...
def paint(
    rows: Indices,
    starts: Indices,
    ends: Indices,
    height: int,
    width: int,
    values: Indices,
    painted: IndexMap,
    /,
) -> None: ...
def erase(
    rows: Indices, starts: Indices, ends: Indices, height: int, width: int, flags: Flags, values: Floats, /
) -> None: ...
def gather(position: Floats, along: Floats, shears: Floats, reach: float, gathered: Indices, /) -> None: ...
def sharpen(
    across: Floats, along: Floats, sines: Floats, cosines: Floats, reach: float, sharpness: Reals, /
) -> None: ...
def shift(ink: InkMap, height: int, width: int, slant: float, room: int, shifted: InkMap, /) -> None: ...
def darken(
    image: GrayImage,
    height: int,
    width: int,
    paper: Floats,
    rows: int,
    upper: Indices,
    share: Floats,
    least: float,
    darkness: InkMap,
    /,
) -> None: ...
def stretch(values: Floats, floor: float, range: float, /) -> None: ...
def inked(ink: InkMap, height: int, width: int, least: float, rows: Indices, columns: Flags, /) -> None: ...
def reach(
    ink: InkMap,
    height: int,
    width: int,
    least: float,
    tops: npt.NDArray[np.int32],
    bottoms: npt.NDArray[np.int32],
    /,
) -> None: ...
def strokes(ink: InkMap, height: int, width: int, least: float, rows: Indices, /) -> tuple[int, int]: ...
def directions(
    padded: InkMap, height: int, width: int, least: float, sines: Floats, cosines: Floats, weights: Reals, /
) -> None: ...
def lengths(
    mask: Mask, height: int, width: int, upright: bool, limits: Indices, counts: Indices, /
) -> None: ...
def edge(x: Reals, y: Reals, step: float, steps: int, width: int, /) -> tuple[float, float]: ...
def owners(
    rows: Indices,
    starts: Indices,
    ends: Indices,
    height: int,
    width: int,
    offsets: Reals,
    middles: Reals,
    map_owners: IndexMap,
    map_labels: LabelMap,
    map_height: int,
    map_width: int,
    scale: float,
    index: int,
    begin: int,
    end: int,
    above: float,
    below: float,
    left: int,
    owners: Indices,
    page_rows: Reals,
    page_columns: Indices,
    /,
) -> None: ...
def own(
    rows: Indices,
    starts: Indices,
    ends: Indices,
    height: int,
    width: int,
    labels: Indices,
    components: int,
    owners: Indices,
    near: Flags,
    index: int,
    own: Flags,
    /,
) -> None: ...
def sample(
    ink: InkMap, height: int, width: int, middles: Reals, left: int, first: int, sampled: InkMap, /
) -> None: ...
def columns(
    regions: IndexMap,
    height: int,
    width: int,
    columns: Indices,
    tops: Indices,
    bottoms: Indices,
    values: Indices,
    /,
) -> int: ...
def resample(
    ink: InkMap, height: int, width: int, box: bool, to_height: int, to_width: int, scaled: InkMap, /
) -> None: ...
