"""What the page shows of a result, and how it is taken along."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from api.app import create_app
from api.config import ApiConfig
from api.tests.web.actions import active, read, texts, upload, wait
from api.tests.web.conftest import HEIGHT, LINES, WIDTH, Reader, encoded
from text_recognizer import LinePrediction, PagePrediction, Region
from text_recognizer.formats import FORMATS

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, FloatRect, Locator, Page


def _rectangle(locator: Locator) -> FloatRect:
    box = locator.bounding_box()
    assert box is not None
    return box


def test_boxes_lie_around_the_lines(page: Page) -> None:
    read(page)
    image = _rectangle(page.locator("#image"))
    scale = image["width"] / WIDTH
    for index, line in enumerate(LINES):
        assert line.region is not None
        box = _rectangle(page.locator(".box").nth(index))
        assert box["x"] == pytest.approx(image["x"] + scale * line.region.x1 - 5, abs=1)
        assert box["y"] == pytest.approx(image["y"] + scale * line.region.y1 - 5, abs=1)
        assert box["width"] == pytest.approx(scale * line.region.width + 10, abs=3)
        assert box["height"] == pytest.approx(scale * line.region.height + 10, abs=3)


def test_text_is_text_whatever_it_says(page: Page) -> None:
    read(page)
    assert texts(page) == [line.text for line in LINES]
    assert page.locator("#lines b").count() == 0


def test_confidence_shows_in_colour_mark_line_and_words(page: Page) -> None:
    read(page)
    levels = page.locator(".box").evaluate_all("all => all.map((box) => box.dataset.level)")
    styles = page.locator(".box").evaluate_all(
        "all => all.map((box) => getComputedStyle(box).borderTopStyle)"
    )
    assert levels == ["sure", "check", "doubt"]
    assert styles == ["solid", "dashed", "dotted"]
    assert page.locator("#lines .mark").all_inner_texts() == ["✓", "?", "!"]
    confidences = [" ".join(text.split()) for text in page.locator(".confidence").all_text_contents()]
    assert confidences == ["✓sure, 98 %", "?check, 93 %", "!doubtful, 50 %"]
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
    assert active(page) == ([1], [1])
    page.locator("#lines li").nth(2).hover()
    assert active(page) == ([2], [2])
    page.hover("h1")
    assert active(page) == ([], [])


def test_pressing_keeps_the_mark(page: Page) -> None:
    read(page)
    page.locator(".box").nth(1).click()
    page.hover("h1")
    page.focus("#copy")
    assert active(page) == ([1], [1])
    assert page.locator(".box").nth(1).get_attribute("aria-pressed") == "true"
    assert page.locator(".number").nth(1).get_attribute("aria-pressed") == "true"
    page.locator(".number").nth(1).click()
    page.hover("h1")
    page.focus("#copy")
    assert active(page) == ([], [])


def test_the_result_is_announced(page: Page) -> None:
    read(page)
    assert page.inner_text("#status").startswith("3 lines read. Confidence")
    assert page.evaluate("document.activeElement.id") == "result-title"
    assert page.title().startswith("3 lines read")


def test_no_handwriting(page: Page, recognizer: Reader) -> None:
    recognizer.answer = lambda _: PagePrediction(())
    read(page)
    assert page.inner_text("#result-title") == "No handwriting was found"
    assert page.is_visible("#empty")
    assert not page.is_visible("#take")


def test_copy(page: Page, context: BrowserContext) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    read(page)
    page.click("#copy")
    page.wait_for_selector("#copy:has-text('Copied')")
    expected = "\n".join(line.text for line in LINES)
    assert page.evaluate("navigator.clipboard.readText()") == expected
    assert page.inner_text("#status") == "Copied."


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
    page.wait_for_selector("#copy:has-text('Copied')")
    assert page.evaluate("clipboard.readText()") == "\n".join(line.text for line in LINES)


@pytest.mark.parametrize("format_", FORMATS)
def test_download(page: Page, recognizer: Reader, tmp_path: Path, format_: str) -> None:
    upload(page, name="my page.png")
    wait(page, "result")
    page.select_option("#format", format_)
    with page.expect_download() as download:
        page.click("#download")
    assert download.value.suggested_filename == "my page" + FORMATS[format_].suffix
    download.value.save_as(tmp_path / "file")
    client = create_app(ApiConfig(), recognizer).test_client()
    asked = client.post(f"/v1/predict?format={format_}", data=encoded("PNG"), content_type="image/png")
    assert untimed((tmp_path / "file").read_text()) == untimed(asked.text)


def untimed(document: str) -> str:
    """Return a document without the times at which PAGE says it was made."""
    return re.sub(r"<(Created|LastChange)>[^<]+", "", document)


def test_a_format_that_fails_says_so_and_can_be_tried_again(page: Page) -> None:
    read(page)
    page.route("**/v1/predict*", lambda route: route.abort())
    page.select_option("#format", "alto")
    page.click("#download")
    page.wait_for_selector("#download:has-text('The service cannot be reached')")
    page.unroute("**/v1/predict*")
    with page.expect_download():
        page.click("#download")


def test_a_page_of_many_lines(page: Page, recognizer: Reader) -> None:
    lines = [LinePrediction(f"line {i}", 0.99, Region(10, 4 * i, 500, 4 * i + 4)) for i in range(100)]
    recognizer.answer = lambda _: PagePrediction(tuple(lines))
    read(page)
    assert page.locator(".box").count() == page.locator("#lines li").count() == 100
