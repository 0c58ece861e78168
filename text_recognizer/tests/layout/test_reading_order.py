import numpy as np
import pytest

from text_recognizer.layout.fitting import Fit
from text_recognizer.layout.reading_order import reading_order
from text_recognizer.tests.layout.label_maps import find_lines, page, sloping_page


def test_columns_of_text_are_read_one_after_the_other() -> None:
    rows = range(10, 130, 30)
    labels = page(*[(10, y, 120, y + 20) for y in rows])
    labels[:, 180:290] = np.roll(labels[:, 10:120], 5, axis=0)

    regions = find_lines(labels, 1.0, (200, 300)).regions

    assert [(region.x1, region.y1) for region in regions] == [(10, y) for y in rows] + [
        (180, y + 5) for y in rows
    ]


def test_two_words_far_apart_are_no_columns() -> None:
    labels = page((10, 10, 60, 30), (10, 40, 60, 60))
    labels[12:32, 230:290] = 2

    assert [region.x1 for region in find_lines(labels, 1.0, (200, 300)).regions] == [10, 230, 10]


@pytest.mark.parametrize("slope", [-0.2, -0.1, 0.0, 0.1, 0.2])
def test_sloping_lines_keep_their_order(slope: float) -> None:
    layout = find_lines(sloping_page(slope), 1.0, (200, 300))

    assert len(layout.lines) == 6
    assert layout.lines[-1].region.x2 <= 91  # the short line is the last one, wherever it stands
    levels = [line.middle + line.slope * 50 for line in layout.lines]
    assert levels == sorted(levels)
    assert [line.slope for line in layout.lines[:5]] == pytest.approx([slope] * 5, abs=0.03)


def line(x1: int, x2: int, y: float, slope: float = 0.0) -> Fit:
    """Return a line of 20 rows whose middle passes through row `y` of column 0."""
    return Fit((x1, round(y) - 10, x2, round(y) + 10), slope, y, 10, 10, 20)


def test_lines_side_by_side_are_read_left_to_right() -> None:
    assert reading_order([line(300, 500, 50), line(0, 200, 50), line(0, 500, 90)]) == [1, 0, 2]


def test_nothing_to_read_has_no_order() -> None:
    assert reading_order([]) == []


def test_the_slope_of_wide_lines_counts_more_than_that_of_words() -> None:
    lines = [line(0, 1000, 100, 0.1), line(900, 1000, 185, 0.0), line(0, 1000, 160, 0.1)]
    # The word stands above the first line's end (row 195), although below that line's middle (row 150).
    assert reading_order(lines) == [1, 0, 2]


Box = tuple[int, int, int]  # first column, column behind the last one, row of the middle


def column(x1: int, x2: int, first: int, count: int, pitch: int = 32) -> list[Box]:
    return [(x1, x2, first + pitch * row) for row in range(count)]


# Each layout is given in the order in which it has to be read.
LAYOUTS: dict[str, list[Box]] = {
    "heading over two columns": [(150, 800, 20), *column(0, 450, 90, 5), *column(520, 950, 90, 5)],
    "heading close to two columns": [(150, 800, 20), *column(0, 450, 55, 5), *column(520, 950, 55, 5)],
    "short heading and footer of three columns": [
        (400, 590, 20), *column(0, 300, 80, 5), *column(350, 650, 80, 5), *column(700, 1000, 80, 5),
        (430, 580, 260),
    ],
    "short heading between three columns": [
        *column(0, 300, 20, 3), *column(350, 650, 20, 3), *column(700, 1000, 20, 3), (420, 570, 140),
        *column(0, 300, 200, 3), *column(350, 650, 200, 3), *column(700, 1000, 200, 3),
    ],
    "short heading and footer over a wide gutter": [
        (460, 540, 20), *column(0, 450, 80, 5), *column(550, 1000, 80, 5), (470, 530, 260),
    ],
    "two short headings of four columns": [
        (420, 600, 20), (450, 560, 52), *column(0, 220, 110, 6), *column(260, 480, 110, 6),
        *column(520, 740, 110, 6), *column(780, 1000, 110, 6),
    ],
    "a heading of the right page alone": [
        *column(0, 700, 80, 9), (1000, 1300, 26), *column(800, 1500, 84, 10),
    ],
    "footer below two columns": [*column(0, 450, 20, 5), *column(520, 950, 20, 5), (150, 800, 220)],
    "footer below a longer column and a shorter one": [
        *column(0, 450, 20, 6), *column(520, 950, 20, 4), (0, 700, 226),
    ],
    "footer below two of three columns": [
        *column(0, 300, 20, 5), *column(350, 650, 20, 5), *column(700, 1000, 20, 5), (0, 500, 210),
    ],
    "heading over two of three columns": [
        (0, 460, 20), (0, 500, 52), *column(0, 300, 100, 5), *column(350, 650, 100, 5),
        *column(700, 1000, 100, 5),
    ],
    "three narrow columns": [
        (0, 150, 20), (0, 125, 52), (0, 140, 84), (190, 330, 20), (190, 345, 52), (190, 310, 84),
        (385, 530, 20), (385, 515, 52), (385, 500, 84),
    ],
    "a line across, columns above and below": [
        *column(0, 450, 20, 4), *column(520, 950, 20, 4), (0, 950, 160), *column(0, 450, 210, 4),
        *column(520, 950, 210, 4),
    ],
    "a column of one line": [*column(0, 450, 20, 5), (520, 950, 24)],
    "three columns, unequal": [*column(0, 300, 20, 8), *column(360, 660, 30, 5), *column(720, 990, 12, 7)],
    "paragraphs in two columns": [
        *column(0, 450, 20, 3), *column(0, 450, 160, 3), *column(520, 950, 24, 2), *column(520, 950, 130, 4),
    ],
    "note on the left": [*column(300, 950, 20, 8), *column(0, 200, 110, 3, 26)],
    "note on the right": [*column(0, 650, 20, 8), *column(720, 900, 110, 3, 26)],
    "short note on the right": [*column(0, 650, 20, 8), *column(720, 790, 86, 2, 24)],
    "a word beside a paragraph": [*column(0, 650, 20, 5), (730, 790, 84)],
    "prices beside long names": [
        box for y in range(20, 212, 32) for box in ((0, 480, y), (560, 620, y + 2))
    ],
    "two facing pages with headings": [
        (200, 500, 20), *column(0, 700, 80, 9), (1000, 1300, 26), *column(800, 1500, 84, 10),
    ],
    "salutation and date": [(0, 180, 24), (600, 900, 20), *column(0, 900, 90, 6)],
    "name and place on one row": [(0, 70, 28), (500, 640, 20), (0, 80, 68), (500, 700, 60)],
    "labels and values": [
        (0, 60, 20), (200, 420, 22), (0, 75, 70), (200, 380, 68), (0, 50, 120), (200, 450, 121),
    ],
    "facing pages": [*column(0, 700, 20, 12), *column(800, 1500, 26, 11)],
    "short last lines": [
        *column(0, 450, 20, 2), (0, 90, 84), *column(0, 450, 116, 2),
        *column(520, 950, 20, 2), (520, 600, 84), *column(520, 950, 116, 2),
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", LAYOUTS)
@pytest.mark.parametrize("slope", [-0.05, 0.0, 0.08])
@pytest.mark.parametrize("scale", [1, 3])
def test_layouts_are_read_in_order(name: str, slope: float, scale: int) -> None:
    rng = np.random.default_rng(len(name))
    fits = []
    for x1, x2, y in LAYOUTS[name]:
        moved = scale * (y + rng.uniform(-2, 2))  # no two lines of handwriting are level with each other
        box = (scale * x1, round(moved) - 10 * scale, scale * x2, round(moved) + 10 * scale)
        fits.append(Fit(box, slope, moved, 10 * scale, 10 * scale, 20 * scale))
    shuffled = rng.permutation(len(fits)).tolist()

    order = reading_order([fits[index] for index in shuffled])

    assert [shuffled[index] for index in order] == list(range(len(fits)))


def test_every_line_is_read_once_wherever_it_stands() -> None:
    rng = np.random.default_rng(5)
    for count in range(1, 40):
        x, y = rng.integers(0, 900, count), rng.integers(0, 1400, count)
        lines = [
            line(left, left + int(rng.integers(10, 700)), row)
            for left, row in zip(x.tolist(), y, strict=True)
        ]
        assert sorted(reading_order(lines)) == list(range(count))
