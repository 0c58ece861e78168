"""Ink of a page that belongs to no labelled line: nobody has said that it is none."""

import numpy as np
from PIL import Image, ImageFilter

from text_recognizer.arrays import InkImage, LabelMap
from text_recognizer.images.components import connected_components
from text_recognizer.layout.kernels import UNKNOWN

_INK = 76  # of 255: weaker pixels are noise, which is background
_ROOM_PX = 4  # around such ink, so that the gaps between its letters are unknown, too


def mark_unlabelled(labels: LabelMap, ink: InkImage) -> LabelMap:
    """Return the label map of a page with UNKNOWN in place of background where there is ink of no line.

    Print beside handwriting, signatures and lines that were not transcribed are ink like that. Strokes that
    reach out of a labelled line touch it, and stay background.

    Args:
        labels: (H, W) 0 background, 1 odd lines, 2 even lines.
        ink: (H, W).
    """
    components = connected_components(ink > _INK)
    on_line = np.concatenate(([0], np.cumsum(labels.ravel() > 0)))  # labelled pixels before each
    runs = components.runs
    labelled = on_line[runs.flat(runs.ends)] > on_line[runs.flat(runs.starts)]
    touches = np.bincount(components.labels, labelled, components.count) > 0
    free = components.paint(np.where(touches, -1, 0)) >= 0
    around = Image.fromarray(np.where(free, 255, 0).astype(np.uint8)).filter(
        ImageFilter.MaxFilter(2 * _ROOM_PX + 1)
    )
    return np.where((np.asarray(around) > 0) & (labels == 0), UNKNOWN, labels).astype(np.uint8)
