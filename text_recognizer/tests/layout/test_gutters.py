import numpy as np
import pytest

from text_recognizer.arrays import Mask
from text_recognizer.images.components import connected_components
from text_recognizer.layout.fitting import Fit
from text_recognizer.layout.gutters import Pieces, cut_at_gutters

THICKNESS, PITCH = 8, 24


def piece(x1: int, x2: int, row: int) -> Fit:
    y = PITCH * (row + 1)
    return Fit((x1, y - 4, x2, y + 4), 0.0, y, 4, 4, THICKNESS)


def columns(rows: int, gap: int) -> list[tuple[Fit, Fit]]:
    """Return the lines of two columns: the left edge is straight, the right one ragged."""
    ends = np.random.default_rng(3).integers(160, 200, rows).tolist()
    return [(piece(10, end, row), piece(200 + gap, 380, row)) for row, end in enumerate(ends)]


@pytest.mark.parametrize("rows", [3, 5, 30])
@pytest.mark.parametrize("gap", [4, 12, 40])
def test_between_columns_is_a_gutter(rows: int, gap: int) -> None:
    lines = columns(rows, gap)
    pieces = [each for line in lines for each in line]
    assert all(Pieces(pieces).are_parted(left, right) for left, right in lines)


def test_a_wide_space_in_prose_is_no_gutter() -> None:
    prose = [piece(10, 380, row) for row in range(6) if row != 3]
    left, right = piece(10, 180, 3), piece(220, 380, 3)
    assert not Pieces([*prose, left, right]).are_parted(left, right)


@pytest.mark.parametrize(
    ("rows", "above", "below", "parted"),
    [(6, 1, 1, True), (5, 1, 1, True), (6, 3, 3, False), (3, 1, 1, False)],
)
def test_a_heading_and_a_footer_do_not_close_a_gutter(
    rows: int, above: int, below: int, parted: bool
) -> None:
    lines = [(piece(10, 180, row), piece(220, 380, row)) for row in range(rows)]
    across = [piece(90, 320, row) for row in (*range(-above, 0), *range(rows, rows + below))]
    pieces = Pieces([*across, *(each for line in lines for each in line)])
    assert all(pieces.are_parted(left, right) is parted for left, right in lines)


def test_a_bullet_belongs_to_its_line() -> None:
    bullets, texts = [piece(10, 20, row) for row in range(5)], [piece(40, 380, row) for row in range(5)]
    assert not Pieces([*bullets, *texts]).are_parted(bullets[2], texts[2])


@pytest.mark.parametrize("width", [24, 32, 39])
@pytest.mark.parametrize("gap", [26, 38])
def test_short_cells_far_apart_are_parted(width: int, gap: int) -> None:
    names = [piece(10, 10 + width, row) for row in range(4)]
    ages = [piece(10 + width + gap, 30 + width + gap, row) for row in range(4)]
    pieces = Pieces([*names, *ages])
    assert all(pieces.are_parted(name, age) for name, age in zip(names, ages, strict=True))


def drawn(lines: list[list[tuple[int, int]]]) -> Mask:
    """Return a mask with the lines' pieces, given by first column and the one behind the last."""
    mask = np.zeros((PITCH * (len(lines) + 1), 420), bool)
    for row, pieces in enumerate(lines):
        for x1, x2 in pieces:
            mask[PITCH * (row + 1) - 4 : PITCH * (row + 1) + 4, x1:x2] = True
    return mask


def count(kernels: Mask) -> int:
    return connected_components(kernels).count


@pytest.mark.parametrize("bridged", [{3}, {0, 1}, set(range(8))])
def test_bridges_between_columns_are_cut(bridged: set[int]) -> None:
    ink = drawn([[(10, 190), (210, 400)]] * 8).astype(np.float32)
    kernels = drawn([[(10, 400)] if row in bridged else [(10, 190), (210, 400)] for row in range(8)])
    cut = cut_at_gutters(kernels, ink)
    assert count(cut) == 16
    assert (cut <= kernels).all()


def test_a_gutter_as_narrow_as_a_space_shows_in_many_lines() -> None:
    many, few = ([[(10, 190), (195, 400)]] * rows for rows in (12, 6))
    for lines, pieces in ((many, 24), (few, 6)):
        kernels = drawn([[(10, 400)]] * len(lines))
        assert count(cut_at_gutters(kernels, drawn(lines).astype(np.float32))) == pieces


@pytest.mark.parametrize(("rows", "gap", "cut"), [(5, 11, True), (5, 7, False), (8, 7, True), (3, 40, False)])
def test_fewer_lines_need_a_wider_gutter(rows: int, gap: int, cut: bool) -> None:
    lines = [[(10, 190), (190 + gap, 400)]] * rows
    kernels = drawn([[(10, 400)]] * rows)
    assert count(cut_at_gutters(kernels, drawn(lines).astype(np.float32))) == (2 if cut else 1) * rows


def test_four_lines_between_a_heading_and_a_footer_show_a_gutter() -> None:
    columns, across = [[(10, 190), (210, 400)]] * 4, [[(10, 400)]] * 2
    kernels = drawn([[(10, 400)]] * 8)
    assert count(cut_at_gutters(kernels, drawn([*across, *columns, *across]).astype(np.float32))) == 12


def test_a_footer_stays_whole_although_a_space_of_it_lies_in_the_gutter() -> None:
    kernels = drawn([[(10, 190), (210, 400)]] * 12 + [[(10, 400)]])
    ink = drawn([[(10, 190), (210, 400)]] * 12 + [[(10, 196), (200, 400)]]).astype(np.float32)
    assert count(cut_at_gutters(kernels, ink)) == 25


@pytest.mark.parametrize("top", [True, False])
def test_a_line_across_short_columns_stays_whole_where_a_word_begins_with_the_column(top: bool) -> None:
    columns, across = [[(10, 160 + 2 * row), (210, 400)] for row in range(8)], [[(10, 201), (208, 400)]]
    kernels = drawn([[(10, 400)]] * 9)
    ink = drawn([*across, *columns] if top else [*columns, *across]).astype(np.float32)
    assert count(cut_at_gutters(kernels, ink)) == 17


def test_a_line_across_columns_stays_whole() -> None:
    texts = [[(10, 190), (210, 400)]] * 5 + [[(10, 400)]] + [[(10, 190), (210, 400)]] * 5
    cut = cut_at_gutters(drawn(texts), drawn(texts).astype(np.float32))
    assert count(cut) == 21


@pytest.mark.parametrize("lines", [12, 60])
def test_lines_with_spaces_stay_whole(lines: int) -> None:
    rng = np.random.default_rng(1)
    texts = []
    for _ in range(lines):  # words of prose, whose spaces stand anywhere
        ends = np.cumsum(rng.integers(20, 60, 8)).tolist()
        texts.append([(10 + start, end) for start, end in zip([0, *ends[:-1]], ends, strict=True)])
    kernels = drawn([[(pieces[0][0], pieces[-1][1])] for pieces in texts])
    assert (cut_at_gutters(kernels, drawn(texts).astype(np.float32)) == kernels).all()


@pytest.mark.parametrize("shape", [(64, 96), (512, 8)])
def test_an_empty_page_has_no_gutters(shape: tuple[int, int]) -> None:
    assert not cut_at_gutters(np.zeros(shape, bool), np.zeros(shape, np.float32)).any()
