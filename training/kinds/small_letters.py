"""A line as a scan of a whole page shows it: a few pixels high, blurred by that, often out of a JPEG file.

Lines of data sets are large. What is small looks different, and it is mostly print: without small handwriting
beside it, size alone would tell the kinds apart.
"""

import numpy as np
from PIL import Image

from text_recognizer.arrays import InkMap
from text_recognizer.datasets.words.drawing.block_coding import code_blocks
from text_recognizer.images.ink import inked_rows_and_columns
from text_recognizer.preprocessing.writing import writing_ink

_HEIGHTS_PX = (9.0, 26.0)  # from the top of the highest letter to the foot of the lowest
_MIN_INK = 0.5
_MIN_SIDE_PX = 6
_JPEG_SHARE = 0.6
_JPEG_QUALITIES = (40, 95)
_FILTERS = (Image.Resampling.BOX, Image.Resampling.BILINEAR, Image.Resampling.BICUBIC)


def seen_small(ink: InkMap, rng: np.random.Generator) -> InkMap:
    """Return the ink (h, w) of a line (H, W) that is seen again in a smaller image; it is never enlarged.

    ```python
    import numpy as np

    from training.kinds.small_letters import seen_small

    ink = np.zeros((120, 600), np.float32)
    ink[20:100, 20::40] = 1  # strokes of 80 px
    print(seen_small(ink, np.random.default_rng(0)).shape)
    ```
    """
    rows = np.flatnonzero(inked_rows_and_columns(ink, _MIN_INK)[0])
    height = rows[-1] - rows[0] + 1 if rows.size else len(ink)
    factor = min(1.0, rng.uniform(*_HEIGHTS_PX) / height)
    size = [max(_MIN_SIDE_PX, round(side * factor)) for side in ink.shape[::-1]]
    gray = Image.fromarray(np.rint(255 * (1 - np.clip(ink, 0, 1))).astype(np.uint8))
    small = np.asarray(gray.resize((size[0], size[1]), _FILTERS[int(rng.integers(len(_FILTERS)))]))
    if rng.random() < _JPEG_SHARE:
        small = code_blocks(small, int(rng.integers(*_JPEG_QUALITIES)))
    return writing_ink(small)
