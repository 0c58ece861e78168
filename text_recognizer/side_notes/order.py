"""After which line of a page a note beside it is read."""

from collections.abc import Sequence

from text_recognizer.geometry import Region
from text_recognizer.layout.blocks import find_blocks
from text_recognizer.layout.level_lines import level_lines
from text_recognizer.layout.lines import TextLine

_NEARLY = 0.5  # of the rows that the block beside a note shares with it: others with so many are compared


def lines_before(note: Region, lines: Sequence[TextLine]) -> int:
    """Return how many lines of a page are read before a note: those up to the end of the block beside it.

    ```python
    from text_recognizer.geometry import Region
    from text_recognizer.layout.lines import TextLine
    from text_recognizer.side_notes.order import lines_before

    rows = (20, 80, 700)  # two lines of a block, and one far below
    lines = [TextLine(Region(90, y, 900, y + 40), 0.0, y + 20.0, 20.0, 20.0) for y in rows]
    print(lines_before(Region(20, 20, 60, 120), lines))
    ```

    Args:
        note: Where it stands.
        lines: Of the page, in reading order.
    """
    blocks = [
        [line.index for line in block.lines]
        for block in find_blocks(level_lines([x.as_fit() for x in lines]))
    ]
    boxes = [Region.around([c for i in block for c in lines[i].region.corners]) for block in blocks]
    shared = [min(note.y2, box.y2) - max(note.y1, box.y1) for box in boxes]
    most = max(shared, default=0)
    if most <= 0:
        return len(lines)
    beside = [index for index, rows in enumerate(shared) if rows >= _NEARLY * most]
    nearest = min(beside, key=lambda index: _distance(note, boxes[index]))
    return max(blocks[nearest]) + 1


def _distance(note: Region, box: Region) -> int:
    """Return the columns between two boxes; negative if they share some."""
    return max(box.x1 - note.x2, note.x1 - box.x2)
