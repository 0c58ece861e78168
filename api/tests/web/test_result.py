"""What the page shows of a result, and how it is taken along."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from api.tests.web.actions import (
    eventually,
    read,
    rectangles,
    texts,
    upload,
    wait,
    wait_marked,
    wait_said,
)
from api.tests.web.conftest import HEIGHT, LINES, WIDTH, Reader
from text_recognizer import LinePrediction, PagePrediction, Region
from text_recognizer.formats import FORMATS, PICTURE_FORMATS
from text_recognizer.predictions.page_warnings import PageWarning, WarningCode

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page


def test_boxes_lie_around_the_lines(page: Page) -> None:
    read(page)
    numbers = range(1, len(LINES) + 1)
    (left, top, across, _), *boxes = rectangles(page, "#image", *(f".box:nth-child({i})" for i in numbers))
    scale = across / WIDTH
    for line, (x, y, width, height) in zip(LINES, boxes, strict=True):
        assert line.region is not None
        margin = 0.1 * line.region.height
        assert x == pytest.approx(left + scale * (line.region.x1 - margin), abs=1)
        assert y == pytest.approx(top + scale * (line.region.y1 - margin), abs=1)
        assert width == pytest.approx(scale * (line.region.width + 2 * margin), abs=1)
        assert height == pytest.approx(scale * (line.region.height + 2 * margin), abs=1)


def test_frames_follow_lines_that_rise(page: Page, recognizer: Reader) -> None:
    polygons = [((50, 200 + y), (550, 100 + y), (550, 140 + y), (50, 240 + y)) for y in (0, 50)]
    lines = [LinePrediction("up", 0.9, Region.around(each), polygon=each) for each in polygons]
    recognizer.answer = lambda _: PagePrediction(tuple(lines))
    read(page)
    drawn = page.locator(".box polygon").first.get_attribute("points") or ""
    points = [tuple(map(float, point.split(","))) for point in drawn.split()]
    for point, corner in zip(points, polygons[0], strict=True):
        assert point == pytest.approx(corner, abs=8)
    # Where the boxes of both lines overlap, the pointer finds the line that is written there.
    ((left, top, across, _),) = rectangles(page, "#image")
    scale = across / WIDTH
    for index, (x, y) in enumerate([(500, 130), (100, 270)]):
        page.mouse.move(left + scale * x, top + scale * y)
        wait_marked(page, index)
    # The strips show the lines level: as high as a line, not as its box.
    heights = page.locator("#lines canvas").evaluate_all("all => all.map((each) => each.height)")
    assert heights == pytest.approx([1.3 * 40 * 500 / (500**2 + 100**2) ** 0.5] * 2, rel=0.2)


def test_warnings_and_kinds_are_shown(page: Page, recognizer: Reader) -> None:
    warning = PageWarning(WarningCode.CUT_OFF, "<b>1 line</b> reaches the border.", Region(0, 0, 9, 9))
    lines = (*LINES[:1], replace(LINES[1], kind="print"))
    recognizer.answer = lambda _: PagePrediction(lines, warnings=(warning,))
    read(page)
    assert page.locator("#warnings li").all_inner_texts() == [warning.message]
    assert warning.message in page.inner_text("#status")
    assert page.locator("#lines li").nth(1).locator(".kind").inner_text() == "printed"
    assert page.locator(".kind").count() == 1
    recognizer.answer = lambda _: PagePrediction(LINES)
    read(page)
    page.wait_for_selector("[data-state=result] #warnings[hidden]", state="attached")
    assert len(recognizer.images) == 2


def test_text_is_text_whatever_it_says(page: Page) -> None:
    read(page)
    assert texts(page) == [line.text for line in LINES]
    assert page.locator("#lines b").count() == 0


def test_confidence_shows_in_colour_mark_line_and_words(page: Page) -> None:
    read(page)
    levels = page.locator(".box").evaluate_all("all => all.map((box) => box.dataset.level)")
    dashes = page.locator(".box polygon").evaluate_all(
        "all => all.map((each) => getComputedStyle(each).strokeDasharray)"
    )
    assert levels == ["sure", "check", "doubt"]
    assert dashes[0] == "none"
    assert len(set(dashes)) == 3
    assert page.locator("#lines .mark").all_inner_texts() == ["✓", "?", "!"]
    confidences = [" ".join(text.split()) for text in page.locator(".confidence").all_text_contents()]
    assert confidences == ["✓sure, 98 %", "?check, 88 %", "!doubtful, 50 %"]
    assert "2 lines should be checked" in page.inner_text("#summary")


def test_each_line_has_its_piece_of_the_picture(page: Page) -> None:
    read(page)
    crops = page.locator("#lines canvas")
    assert crops.count() == len(LINES)
    # The gradient of the picture runs from black to white, top to bottom.
    tops = crops.evaluate_all(
        "all => all.map((each) => each.getContext('2d').getImageData(2, 2, 1, 1).data[0])"
    )
    for top, line in zip(tops, LINES, strict=True):
        assert line.region is not None
        expected = 255 * (line.region.y1 - 0.15 * line.region.height) / HEIGHT
        assert top == pytest.approx(expected, abs=6)


def test_pointing_at_either_marks_both(page: Page) -> None:
    read(page)
    page.locator(".box").nth(1).hover()
    wait_marked(page, 1)
    page.locator("#lines li").nth(2).hover()
    wait_marked(page, 2)
    page.hover("h1")
    wait_marked(page)


def test_pressing_keeps_the_mark(page: Page) -> None:
    read(page)
    page.locator(".box").nth(1).click()
    page.hover("h1")
    page.focus("#copy")
    wait_marked(page, 1)
    assert page.locator(".box").nth(1).get_attribute("aria-pressed") == "true"
    assert page.locator(".number").nth(1).get_attribute("aria-pressed") == "true"
    page.locator(".number").nth(1).click()
    page.hover("h1")
    page.focus("#copy")
    wait_marked(page)


def test_the_result_is_announced(page: Page) -> None:
    read(page)
    assert page.inner_text("#status").startswith("3 lines read. Confidence")
    assert page.evaluate("document.activeElement.id") == "result-title"
    assert page.title().startswith("3 lines read")


def test_no_handwriting(page: Page, recognizer: Reader) -> None:
    recognizer.answer = lambda _: PagePrediction(())
    read(page)
    assert page.inner_text("#result-title") == "No text was found"
    assert page.is_visible("#empty")
    assert not page.is_visible("#take")


def test_copy(page: Page, context: BrowserContext) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    read(page)
    page.click("#copy")
    wait_said(page, "Copied.")
    expected = "\n".join(line.text for line in LINES)
    eventually(page, lambda: page.evaluate("navigator.clipboard.readText()"), expected)


def test_copy_without_the_clipboard_of_secure_pages(page: Page, context: BrowserContext) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    read(page)
    page.evaluate(
        """() => {
          window.clipboard = navigator.clipboard;
          Object.defineProperty(navigator, "clipboard", { value: undefined });
        }"""
    )
    page.click("#copy")
    wait_said(page, "Copied.")
    expected = "\n".join(line.text for line in LINES)
    eventually(page, lambda: page.evaluate("clipboard.readText()"), expected)


@pytest.mark.parametrize("format_", FORMATS)
def test_download(page: Page, recognizer: Reader, tmp_path: Path, format_: str) -> None:
    upload(page, name="my page.png")
    wait(page, "result")
    page.select_option("#format", format_)
    with page.expect_download() as download:
        page.click("#download")
    assert download.value.suggested_filename == "my page" + FORMATS[format_].suffix
    download.value.save_as(tmp_path / "file")
    page_ = PagePrediction(LINES, WIDTH, HEIGHT, image="my page.png")
    assert untimed((tmp_path / "file").read_text()) == untimed(FORMATS[format_].render(page_))
    assert len(recognizer.images) == 1  # nothing was read again


@pytest.mark.parametrize("format_", PICTURE_FORMATS)
def test_download_of_pictures(page: Page, tmp_path: Path, format_: str) -> None:
    read(page)
    page.select_option("#format", format_)
    assert page.is_disabled("#copy")
    with page.expect_download() as download:
        page.click("#download")
    assert download.value.suggested_filename == "my page" + PICTURE_FORMATS[format_].suffix
    download.value.save_as(tmp_path / "file")
    assert (tmp_path / "file").read_bytes()[:4] in (b"%PDF", b"\x89PNG")


def untimed(document: str) -> str:
    """Return a document without the times at which PAGE says it was made."""
    return re.sub(r"<(Created|LastChange)>[^<]+", "", document)


def test_a_format_that_fails_says_so_and_can_be_tried_again(page: Page) -> None:
    read(page)
    page.route("**/v1/documents/render*", lambda route: route.abort())
    page.select_option("#format", "alto")
    page.click("#download")
    wait_said(page, "The service cannot be reached.")
    page.unroute("**/v1/documents/render*")
    with page.expect_download():
        page.click("#download")


def test_a_page_of_many_lines(page: Page, recognizer: Reader) -> None:
    lines = [LinePrediction(f"line {i}", 0.99, Region(10, 4 * i, 500, 4 * i + 4)) for i in range(100)]
    recognizer.answer = lambda _: PagePrediction(tuple(lines))
    read(page)
    assert page.locator(".box").count() == page.locator("#lines li").count() == 100
