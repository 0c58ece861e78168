"""Counts, widths and characters of lines, for the descriptions of all data sets of lines."""

import collections
from collections.abc import Mapping

import numpy as np

from text_recognizer.datasets.dataset import SPLIT_NAMES, Split


def describe_lines(splits: Mapping[str, Split]) -> list[str]:
    """Return a row of text for each split.

    Args:
        splits: Split by name; images (H, W) of lines, targets their texts. A split may be empty.
    """
    rows = []
    for name in SPLIT_NAMES:
        split = splits[name]
        widths = [image.shape[1] for image in split.images] or [0]
        characters = collections.Counter("".join(split.targets))
        rows.append(
            f"{name}: {len(split)} lines, width {min(widths)}-{max(widths)} (mean {np.mean(widths):.0f})"
            f", {sum(characters.values())} characters, {len(characters)} different"
        )
    return rows
