import pytest

from text_recognizer.geometry import Region
from text_recognizer.layout.lines import TextLine
from text_recognizer.side_notes.order import lines_before


def lines(left: int, right: int, top: int, count: int) -> list[TextLine]:
    """Return lines of 40 rows below each other."""
    rows = range(top, top + 60 * count, 60)
    return [TextLine(Region(left, y, right, y + 40), 0.0, y + 20.0, 20.0, 20.0) for y in rows]


COLUMNS = [*lines(100, 700, 0, 6), *lines(800, 1400, 0, 6), *lines(100, 700, 900, 4)]


@pytest.mark.parametrize(
    ("note", "before"),
    [
        (Region(40, 60, 80, 300), 6),
        (Region(720, 60, 760, 300), 6),
        (Region(1420, 60, 1460, 300), 12),
        (Region(40, 940, 80, 1100), 16),
        (Region(40, 2000, 80, 2300), 16),
    ],
)
def test_a_note_is_read_behind_the_block_beside_it(note: Region, before: int) -> None:
    assert lines_before(note, COLUMNS) == before


def test_a_page_without_lines_has_no_place_in_front() -> None:
    assert lines_before(Region(0, 0, 10, 100), []) == 0
