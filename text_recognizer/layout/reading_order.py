"""The order in which the lines of a page are read.

Blocks of text, see `blocks.py`, are ordered by two rules of Breuel, "High performance document layout
analysis", Symposium on Document Image Understanding Technology (2003): what stands above is read first,
and what stands on the left is, unless a block that covers both, a heading for example, lies between them.
Notes beside a longer text are read after it.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from text_recognizer.arrays import Flags
from text_recognizer.layout.blocks import Block, find_blocks
from text_recognizer.layout.fitting import Fit
from text_recognizer.layout.level_lines import level_lines, shares_columns

_MAX_NOTE_WIDTH = 0.5  # of the width of the text beside it; wider ones are columns
_MAX_SPANNING_LINES = 3  # of a heading or a footer of several columns; more are a paragraph of one of them
_MAX_OFF_CENTER = 0.1  # of its middle from that of all text, in widths of the text
_MAX_BLOCKS = 1000  # more are noise, for which all pairs would take seconds


def reading_order(fits: Sequence[Fit]) -> list[int]:
    """Return the indices of the lines, in the order in which they are read.

    Columns are read one after the other, tables row by row, notes in the margin after the text beside them.
    """
    blocks = find_blocks(level_lines(fits))
    annotated = [_annotated(block, blocks) for block in blocks]
    texts = [block for block, text in zip(blocks, annotated, strict=True) if text is None]
    notes = [(block, text) for block, text in zip(blocks, annotated, strict=True) if text is not None]
    order: list[int] = []
    for text in _sorted(texts):
        beside = [note for note, of_note in notes if of_note is text]
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
    ordered = sorted(blocks, key=lambda block: (block.top, block.x1))
    if not 0 < len(ordered) <= _MAX_BLOCKS:
        return ordered
    precedes = _precedences(ordered)
    waiting = precedes.sum(axis=0)  # (B,) unread blocks that precede each
    left = np.arange(len(ordered))
    done: list[Block] = []
    while len(left):
        free = np.flatnonzero(waiting[left] == 0)
        place = int(free[0]) if len(free) else 0
        waiting -= precedes[left[place]]
        done.append(ordered[left[place]])
        left = np.delete(left, place)
    return done


def _precedences(ordered: Sequence[Block]) -> Flags:
    """Return (B, B): whether the block of a row must be read before that of a column.

    Args:
        ordered: B blocks, by their top and their left side.
    """
    sides = np.array([(block.x1, block.top, block.bottom) for block in ordered], np.float64)
    x1, top, bottom = sides.reshape(-1, 3).T
    share = _shared_columns(ordered)
    spanning = _span_columns(ordered, share)
    share |= spanning[:, None] | spanning
    np.fill_diagonal(share, False)
    above = np.triu(share)
    left = ~share & (x1[:, None] <= x1)
    np.fill_diagonal(left, False)
    # What stands above the first of two blocks and below the second, in the columns of both, parts them.
    under = (share & (bottom < top[:, None])).astype(np.float32)
    return np.asarray(above | (left & ~(under @ under > 0)))


def _span_columns(blocks: Sequence[Block], share: Flags) -> Flags:
    """Tell which of B blocks are headings or footers of all columns, (B,), however short they are.

    Nothing stands beside them. They are in the middle: over three columns a short one has only the middle
    column below it, over a wide gutter none. Or they reach across two columns.

    Args:
        blocks: By their top and their left side.
        share: (B, B) which of them stand above each other.
    """
    sides = np.array([(block.x1, block.x2, block.top, block.bottom) for block in blocks], np.float64)
    x1, x2, top, bottom = sides.reshape(-1, 4).T
    heights = np.array([block.lines[0].height for block in blocks])
    beside = (top[:, None] - heights[:, None] < bottom) & (top < bottom[:, None] + heights[:, None])
    left, right = x1.min(), x2.max()
    off_center = np.abs(x1 + x2 - (left + right)) / 2
    spanning = off_center <= _MAX_OFF_CENTER * (right - left)
    columns = (beside & ~share).astype(np.float32)
    for joined in (share & (bottom < top[:, None]), share & (top > bottom[:, None])):
        spanning |= (joined & (joined.astype(np.float32) @ columns > 0)).any(axis=1)
    few = np.array([len(block.lines) <= _MAX_SPANNING_LINES for block in blocks], np.bool_)
    return np.asarray(few & spanning & (np.count_nonzero(beside, axis=1) == 1))


def _shared_columns(blocks: Sequence[Block]) -> Flags:
    """Tell which of B blocks stand above each other, by their lines, (B, B): they may have ragged edges."""
    sides = np.array([(line.x1, line.x2) for block in blocks for line in block.lines], np.float64)
    x1, x2 = sides.reshape(-1, 2).T
    counts = [len(block.lines) for block in blocks]
    firsts = np.cumsum([0, *counts])
    shared = np.empty((len(blocks), len(blocks)), np.bool_)
    for number, (first, end) in enumerate(pairwise(firsts.tolist())):  # a table of all lines would be large
        some = shares_columns(x1[first:end, None], x2[first:end, None], x1, x2).any(axis=0)
        shared[number] = np.logical_or.reduceat(some, firsts[:-1])
    return shared
