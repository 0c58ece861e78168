from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from text_recognizer.arrays import Mask
from text_recognizer.formats import picture
from text_recognizer.formats.picture import draw_page, save_page_picture
from text_recognizer.geometry import Region
from text_recognizer.predictions.types import LinePrediction, PagePrediction

PAGE = np.full((200, 300), 255, np.uint8)


def test_frame_stands_on_the_region_and_the_image_shows_inside() -> None:
    page = PAGE.copy()
    page[60:70, 100:200] = 0
    prediction = PagePrediction((LinePrediction("text", 0.9, Region(80, 50, 220, 80)),))
    drawn = np.asarray(draw_page(page, prediction)).astype(int)
    red = (drawn[:, :300, 0] - drawn[:, :300, 1]) > 100
    rows, columns = np.flatnonzero(red.any(axis=1)), np.flatnonzero(red.any(axis=0))
    assert (columns[0], columns[-1] + 1, rows[0], rows[-1] + 1) == (80, 220, 50, 80)
    assert (drawn[62:68, 102:198] == 0).all()


def test_frame_follows_the_slope() -> None:
    line = LinePrediction(
        "text", 0.9, Region(80, 50, 220, 110), polygon=((80, 50), (219, 80), (219, 110), (80, 80))
    )
    drawn = np.asarray(draw_page(PAGE, PagePrediction((line,)))).astype(int)
    red = (drawn[:, :300, 0] - drawn[:, :300, 1]) > 100
    for column, top, bottom in ((140, 63, 93), (200, 76, 106)):
        rows = np.flatnonzero(red[:, column])
        assert abs(rows[0] - top) <= 1
        assert abs(rows[-1] - bottom) <= 1
    assert not red[50:60, 150:].any()  # a box would have its upper side there


@pytest.mark.parametrize("text", ["", "short", "a line that is far too long for the room beside its page "])
def test_text_stays_within_the_picture_at_its_line(text: str) -> None:
    prediction = PagePrediction((LinePrediction(text, 0.9, Region(80, 50, 220, 80)),))
    drawn = np.asarray(draw_page(PAGE, prediction))
    rows, columns = np.nonzero((drawn[:, 300:] != 255).any(axis=2))
    assert drawn.shape == (200, 600, 3)
    assert columns.max() < 299
    assert 45 <= rows.min() <= rows.max() <= 85


@pytest.mark.parametrize(("begin", "end"), [(180, 20), (20, 180)])
def test_the_text_of_a_line_that_runs_up_or_down_does_so_too(begin: int, end: int) -> None:
    place = Region(10, 20, 30, 180)
    note = LinePrediction("see the letter", 0.9, place, baseline=((28, begin), (28, end)))
    level = LinePrediction("one line of text", 0.9, Region(60, 90, 280, 110))
    drawn = np.asarray(draw_page(PAGE, PagePrediction((level, note))))
    rows, columns = np.nonzero((drawn[:, 300:350] != 255).any(axis=2))
    assert 5 <= columns.min() <= columns.max() <= 40
    assert 15 <= rows.min() <= rows.max() <= 185
    assert np.ptp(rows) > 60
    assert abs((rows.max() if begin > end else rows.min()) - begin) < 15
    alone = np.asarray(draw_page(PAGE, PagePrediction((level,))))
    assert np.array_equal(alone[:, 350:], drawn[:, 350:]), "the level line keeps its size"


def test_texts_of_lines_side_by_side_do_not_overlap() -> None:
    places = Region(20, 50, 130, 80), Region(160, 52, 280, 82)
    texts = "a rather long text on the left", "right"
    lines = [LinePrediction(text, 0.9, place) for text, place in zip(texts, places, strict=True)]

    def inked(*shown: LinePrediction) -> Mask:
        drawn = np.asarray(draw_page(PAGE, PagePrediction(shown)))
        return np.asarray((drawn[:, 300:] != 255).any(axis=2))

    both = inked(*lines)
    (columns,) = np.nonzero(both.any(axis=0))
    assert columns.min() >= 20, "a text begins where its line does"
    assert not both[:, 155:160].any()
    assert both[:, 160:].any()


def text_height(drawn: Image.Image, region: Region) -> int:
    """Return the rows of ink in the middle of the second page's line."""
    rows = np.asarray(drawn)[region.y1 : region.y2, 300:]
    return int((rows != 255).any(axis=(1, 2)).sum())


def test_lines_close_to_each_other_keep_their_size_where_one_begins_a_little_later() -> None:
    above, below = Region(20, 40, 280, 84), Region(22, 50, 280, 94)
    lines = [LinePrediction("a text", 0.9, place) for place in (above, below)]
    alone = np.asarray(draw_page(PAGE, PagePrediction((lines[0],))))[:, 300:] != 255
    both = np.asarray(draw_page(PAGE, PagePrediction(tuple(lines))))[:, 300:] != 255
    assert alone.any()
    assert both[alone].all()


def test_lines_below_each_other_whose_boxes_overlap_keep_their_size() -> None:
    above, below = Region(20, 40, 280, 84), Region(22, 80, 280, 124)  # a descender reaches into the next one
    lines = [LinePrediction("a text", 0.9, place) for place in (above, below)]
    alone = text_height(draw_page(PAGE, PagePrediction((lines[0],))), above)
    assert text_height(draw_page(PAGE, PagePrediction(tuple(lines))), above) == alone


def ink_of(text: str) -> bytes:
    return draw_page(PAGE, PagePrediction((LinePrediction(text, 0.9, Region(20, 50, 280, 90)),))).tobytes()


def test_accents_are_drawn_or_left_out_but_no_box_stands_for_a_letter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(picture, "_system_font", lambda: None)
    assert ink_of("café") == ink_of("cafe")
    monkeypatch.undo()
    if picture._system_font():
        assert ink_of("café") not in (ink_of("cafe"), ink_of("caf\uffff"))


def fail() -> None:
    raise OSError("the disk is full")


def test_picture_replaces_the_old_one_or_leaves_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "out.png"
    for width in (50, 70):
        save_page_picture(np.full((40, width), 255, np.uint8), PagePrediction(()), path)
    monkeypatch.setattr(Image.Image, "save", lambda *_, **__: fail())
    with pytest.raises(OSError, match="disk is full"):
        save_page_picture(np.full((40, 90), 255, np.uint8), PagePrediction(()), path)
    monkeypatch.undo()
    with Image.open(path) as written:
        assert written.size == (140, 40)
    assert [file.name for file in tmp_path.iterdir()] == ["out.png"]
