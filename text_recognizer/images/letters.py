"""Which components of ink stand beside each other as the letters of a word do."""

import numpy as np

from text_recognizer.arrays import Flags, Indices

MAX_LETTERS = 1_500  # of which neighbours are looked for: their table takes the square of it
_NEAR_HEIGHTS = (0.7, 4.0)  # letters of a word are so near in height and along the line, in their own heights


def neighbours(boxes: Indices) -> Flags:
    """Tell which letters stand beside one.

    ```python
    import numpy as np
    from text_recognizer.images.letters import neighbours

    boxes = np.array([[0, 0, 8, 10], [12, 1, 20, 11], [300, 0, 308, 10]])  # the third one stands apart
    print(neighbours(boxes).sum(axis=0))
    ```

    Args:
        boxes: (N, 4) x1, y1, x2, y2 of letters.

    Returns:
        (N, N): those of a column stand beside its letter; each one beside itself.
    """
    heights = (boxes[:, 3] - boxes[:, 1]).astype(np.float64)
    x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    level = np.abs(y - y[:, None]) < _NEAR_HEIGHTS[0] * heights
    return np.asarray(level & (np.abs(x - x[:, None]) < _NEAR_HEIGHTS[1] * heights))
