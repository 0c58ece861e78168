"""The order in which the lines of a page are read.

Blocks of text, see `blocks.py`, are ordered by two rules of Breuel, "High performance document layout
analysis", Symposium on Document Image Understanding Technology (2003): what stands above is read first,
and what stands on the left is, unless a block that covers both, a heading for example, lies between them.
Notes beside a longer text are read after it.
"""

from collections.abc import Sequence

from text_recognizer.layout.blocks import Block, find_blocks, level_lines
from text_recognizer.layout.fitting import Fit

_MAX_NOTE_WIDTH = 0.5  # of the width of the text beside it; wider ones are columns


def reading_order(fits: Sequence[Fit]) -> list[int]:
    """Return the indices of the lines, in the order in which they are read.

    Columns are read one after the other, tables row by row, notes in the margin after the text beside them.
    """
    blocks = find_blocks(level_lines(fits))
    texts = [block for block in blocks if _annotated(block, blocks) is None]
    notes = [(block, text) for block in blocks if (text := _annotated(block, blocks)) is not None]
    order: list[int] = []
    for text in _sorted(texts):
        beside = [note for note, annotated in notes if annotated is text]
        for block in (text, *sorted(beside, key=lambda block: block.top)):
            order += [line.index for line in block.lines]
    return order


def _annotated(note: Block, blocks: Sequence[Block]) -> Block | None:
    """Return the text that a block is a note to: on its right, wider, begun above it; None if it is no note.

    A note on the right needs no rule: it is read after its text as a column would be.
    """
    height = note.lines[0].height
    texts = [
        other for other in blocks
        if other.x1 > note.x2 and note.x2 - note.x1 < _MAX_NOTE_WIDTH * (other.x2 - other.x1)
        and other.top + height / 2 < note.top <= other.bottom + height / 2
    ]  # fmt: skip
    text = max(texts, key=lambda other: other.x2 - other.x1, default=None)
    return None if text is None or _annotated(text, blocks) is not None else text


def _sorted(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks in reading order.

    Of those that nothing unread precedes, the leftmost of the topmost comes next. Where the rules contradict
    each other, which blocks that overlap can bring about, it is the topmost of all.
    """
    left = sorted(blocks, key=lambda block: (block.top, block.x1))
    done: list[Block] = []
    while left:
        free = (b for b in left if not any(_precedes(other, b, blocks) for other in left if other is not b))
        done.append(next(free, left[0]))
        left = [block for block in left if block is not done[-1]]
    return done


def _precedes(first: Block, second: Block, blocks: Sequence[Block]) -> bool:
    """Tell whether the first of two blocks must be read before the second."""
    if _share_columns(first, second):
        return (first.top, first.x1) < (second.top, second.x1)
    if first.x1 > second.x1:
        return False
    return not any(
        second.bottom < other.top and other.bottom < first.top
        for other in blocks
        if _share_columns(other, first) and _share_columns(other, second)
    )


def _share_columns(first: Block, second: Block) -> bool:
    """Tell whether one block stands above the other, by their lines: a block may have a ragged edge."""
    return min(first.x2, second.x2) > max(first.x1, second.x1) and any(
        line.shares_columns(other) for line in first.lines for other in second.lines
    )
