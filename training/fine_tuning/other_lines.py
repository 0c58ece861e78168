"""Lines of other hands, against forgetting: to show between the own ones, and to see what was forgotten."""

import logging
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from text_recognizer.datasets.dataset import Split, image_widths
from text_recognizer.datasets.iam.lines_dataset import IamLinesDataset
from text_recognizer.datasets.labelled_lines.dataset import LabelledLinesDataset
from text_recognizer.errors import DataError
from training.fine_tuning.plan import part

logger = logging.getLogger(__name__)

DRAWN_LINES = Path(__file__).parent / "drawn_lines"  # made by training/chores/draw_lines.py

_IAM_SHARE = 0.3  # of its lines: 1,600 to show and 140 to judge by; fewer tell a rise of 0.3 points by chance
_JUDGED_SHARE = 0.33  # of the drawn lines
_NARROW_LINES = 200  # more than a training of few lines shows; those of IAM have 0.6 of the mean width


@dataclass(frozen=True)
class OtherLines:
    """Lines of other hands.

    ```python
    from text_recognizer.datasets.dataset import Split
    from training.fine_tuning.other_lines import OtherLines

    nothing = Split([], [], [])
    print(OtherLines("no lines", nothing, nothing).name)
    ```

    Attributes:
        name: What they are, for reports.
        shown: Between the own ones.
        judged: Never learned from.
    """

    name: str
    shown: Split
    judged: Split


def other_lines(height: int, width: int | None, normalize: bool) -> OtherLines:
    """Return lines of IAM if it is here, else the drawn ones that lie beside this module.

    Args:
        height: Rows of an image.
        width: Columns of every image; None if each line's aspect ratio decides.
        normalize: Whether slope, slant and width of the writing are normalized.
    """
    try:
        iam = IamLinesDataset(height, width, subsample_fraction=_IAM_SHARE, normalize=normalize)
        iam.load_or_generate_data()
        return OtherLines(f"{len(iam.validation)} validation lines of IAM", iam.train, iam.validation)
    except DataError:
        logger.info("IAM is not here: drawn lines stand for other hands")
    drawn = LabelledLinesDataset(
        [str(DRAWN_LINES)],
        height,
        width,
        normalize,
        validation_fraction=_JUDGED_SHARE,
        test_fraction=0,
    )
    drawn.load_or_generate_data()
    return OtherLines(f"{len(drawn.validation)} drawn lines", drawn.train, drawn.validation)


def narrowest(lines: Split) -> Split:
    """Return the narrowest lines of a split, 200 at most: a step takes as long as its lines are wide."""
    return part(lines, np.argsort(image_widths(lines), kind="stable")[:_NARROW_LINES])
