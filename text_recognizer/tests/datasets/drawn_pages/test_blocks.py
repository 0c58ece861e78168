import itertools

import numpy as np
import pytest

from text_recognizer.datasets.drawn_pages.blocks import Block, column, form, table
from text_recognizer.datasets.drawn_pages.hands import Hand, Press, Writer
from text_recognizer.geometry import Region
from text_recognizer.tests.datasets.drawn_pages.toy_desk import toy_desk

BOX = Region(50, 80, 650, 700)


def hand(rng: np.random.Generator) -> Writer:
    return Hand(toy_desk().lines, 30.0, rng)


def press(rng: np.random.Generator) -> Writer:
    return Press(toy_desk().faces[0], 24.0, rng)


def assert_within(block: Block) -> None:
    assert block.pieces
    for piece in block.pieces:
        assert BOX.x1 - 1 <= piece.x
        assert piece.right <= BOX.x2 + 2
        assert BOX.y1 - 30 <= piece.y
        assert piece.bottom <= BOX.y2 + 30


@pytest.mark.parametrize("seed", range(5))
def test_lines_of_a_column_go_down_within_it(seed: int) -> None:
    rng = np.random.default_rng(seed)
    block = column(hand(rng), BOX, rng)
    assert_within(block)
    middles = [piece.y + piece.ink.shape[0] / 2 for piece in block.pieces]
    assert all(15 < b - a < 120 for a, b in itertools.pairwise(middles))
    assert len(column(hand(rng), BOX, rng, lines=2).pieces) <= 2


@pytest.mark.parametrize("seed", range(5))
def test_cells_of_a_table_are_apart_and_between_its_rules(seed: int) -> None:
    rng = np.random.default_rng(seed)
    block = table([hand(rng), press(rng)], BOX, rng, ruled=True)
    assert_within(block)
    assert len(block.strokes) > 2
    edges = sorted(
        {stroke.points[0][0] for stroke in block.strokes if stroke.points[0][0] == stroke.points[1][0]}
    )
    for piece in block.pieces:
        assert not any(piece.x < edge < piece.right for edge in edges)
    assert not table([hand(rng)], BOX, rng, ruled=False).strokes


@pytest.mark.parametrize("seed", range(5))
def test_values_of_a_form_stand_right_of_their_labels(seed: int) -> None:
    rng = np.random.default_rng(seed)
    block = form(press(rng), hand(rng), BOX, rng)
    assert_within(block)
    labels = [piece for piece in block.pieces if piece.printed]
    assert {piece.x for piece in labels} == {BOX.x1}
    assert all(piece.x > BOX.x1 + 20 for piece in block.pieces if not piece.printed)
    kinds = [piece.printed for piece in block.pieces]
    assert kinds[0], "a label comes before its value"
