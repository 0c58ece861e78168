"""Blocks of text within a box of a page: columns, tables, entries of a form."""

from typing import NamedTuple

import numpy as np

from text_recognizer.datasets.drawn_pages.drawing import Piece, Stroke
from text_recognizer.datasets.drawn_pages.hands import Writer
from text_recognizer.geometry import Region

_PITCH = {False: (0.7, 1.7), True: (1.02, 1.6)}  # distance of lines of a hand and of a press, in heights
_PITCH_DEVIATION = 0.05  # relative, of single lines of a hand
_INDENT_HEIGHTS = 0.25  # deviation of the left ends of lines of a hand, in heights
_PARAGRAPH_SHARE = 0.1  # lines that begin a paragraph, further right, behind one that ends early
_UNEVEN_HEIGHTS = 0.2  # deviation of what stands beside each other, in heights of a line
_ROOM_HEIGHTS = 0.6  # between the rule of a cell and what stands in it
_RULE_PX = (1, 4)
_RULE_STRENGTH = (0.3, 1.0)


class Block(NamedTuple):
    """A part of a page.

    Attributes:
        pieces: In reading order.
        strokes: Rules.
    """

    pieces: list[Piece]
    strokes: list[Stroke]

    @property
    def bottom(self) -> int:
        """Row below the last piece; 0 if there is none."""
        return max((piece.bottom for piece in self.pieces), default=0)


def column(writer: Writer, box: Region, rng: np.random.Generator, lines: int | None = None) -> Block:
    """Fill a box with lines below each other.

    Args:
        writer: Who writes them.
        box: They stay within its sides, and above its lower edge.
        rng: Source of randomness.
        lines: At most so many; None for as many as fit.
    """
    pitch = rng.uniform(*_PITCH[writer.printed]) * writer.height
    middle, pieces = box.y1 + writer.height / 2, list[Piece]()
    ragged = 0.0 if writer.printed else _INDENT_HEIGHTS * writer.height
    while middle + writer.height / 2 <= box.y2 and (lines is None or len(pieces) < lines):
        begins = rng.random() < _PARAGRAPH_SHARE
        indent = abs(rng.normal(0, ragged)) + (2 * writer.height if begins else 0)
        ends = rng.uniform(0.2, 0.9) if rng.random() < _PARAGRAPH_SHARE else 1.0
        ink = writer.line(round((box.width - indent) * ends))
        if ink is not None:
            y = round(middle - ink.shape[0] / 2)
            pieces.append(Piece(ink, round(box.x1 + indent), y, writer.printed))
        middle += pitch * (1 if writer.printed else 1 + rng.normal(0, _PITCH_DEVIATION))
    return Block(pieces, [])


def table(writers: list[Writer], box: Region, rng: np.random.Generator, ruled: bool) -> Block:
    """Fill a box with the cells of a table, row by row; some are empty.

    Args:
        writers: Who writes its columns, in turn.
        box: Its place.
        rng: Source of randomness.
        ruled: Whether there are rules between the cells.
    """
    height = max(writer.height for writer in writers)
    columns = int(rng.integers(2, max(3, min(6, box.width // round(5 * height) + 1))))
    pitch = (1 + 2 * _ROOM_HEIGHTS * rng.uniform(0.3, 1.5)) * height
    rows = max(1, int(box.height // pitch))
    edges = box.x1 + np.concatenate(([0], np.cumsum(rng.dirichlet([8.0] * columns)))) * box.width
    room = _ROOM_HEIGHTS * height
    pieces = []
    for row in range(rows):
        for i in range(columns):
            writer = writers[i % len(writers)]
            share = rng.uniform(0.3, 1.0)
            ink = writer.line(round((edges[i + 1] - edges[i] - 2 * room) * share))
            if ink is None or rng.random() < 0.1:
                continue
            off = 0.0 if writer.printed else rng.normal(0, _UNEVEN_HEIGHTS / 2) * height
            y = box.y1 + (row + 0.5) * pitch - ink.shape[0] / 2 + off
            pieces.append(Piece(ink, round(edges[i] + room), round(y), writer.printed))
    return Block(pieces, _rules(edges.tolist(), box.y1, pitch, rows, rng) if ruled else [])


def _rules(edges: list[float], top: float, pitch: float, rows: int, rng: np.random.Generator) -> list[Stroke]:
    """Return the rules of a table: all of them, or the level ones alone."""
    width, strength = int(rng.integers(*_RULE_PX)), rng.uniform(*_RULE_STRENGTH)
    rules = [
        Stroke([(edges[0], top + row * pitch), (edges[-1], top + row * pitch)], width, strength)
        for row in range(rows + 1)
    ]
    if rng.random() < 0.7:
        rules += [Stroke([(x, top), (x, top + rows * pitch)], width, strength) for x in edges]
    return rules


def form(label: Writer, value: Writer, box: Region, rng: np.random.Generator) -> Block:
    """Fill a box with labels and, to their right, what was filled in, often on a rule.

    Args:
        label: Who writes the labels, mostly a press.
        value: Who fills in.
        box: Their place.
        rng: Source of randomness.
    """
    pitch = max(label.height, value.height) * rng.uniform(1.1, 2.2)
    ruled, strength = rng.random() < 0.6, rng.uniform(*_RULE_STRENGTH)
    gap, aligned = value.height * rng.uniform(0.6, 3), rng.random() < 0.5
    pieces, strokes = [], []
    for row in range(max(1, int(box.height // pitch))):
        middle = box.y1 + (row + 0.5) * pitch
        name = label.line(round(box.width * rng.uniform(0.12, 0.3)))
        if name is None:
            continue
        pieces.append(Piece(name, box.x1, round(middle - name.shape[0] / 2), label.printed))
        left = round(box.x1 + (0.32 * box.width if aligned else name.shape[1]) + gap)
        ink = value.line(round((box.x2 - left) * rng.uniform(0.3, 1.0)))
        if ink is not None and rng.random() > 0.1:
            y = middle - ink.shape[0] / 2 + rng.normal(0, _UNEVEN_HEIGHTS) * value.height
            pieces.append(Piece(ink, left, round(y), value.printed))
        if ruled:
            base = middle + 0.35 * value.height
            strokes.append(Stroke([(left, base), (box.x2, base)], 1, strength))
    return Block(pieces, strokes)
