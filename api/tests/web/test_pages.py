"""Several files, documents of several pages, and one model of all of them."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from api.tests.web.actions import eventually, read, rectangles, texts, upload, wait, wait_said
from api.tests.web.conftest import HEIGHT, LINES, WIDTH, Reader, encoded, pages
from text_recognizer import LinePrediction, PagePrediction, Region
from text_recognizer.arrays import GrayImage
from text_recognizer.predictions.page_warnings import PageWarning, WarningCode

if TYPE_CHECKING:
    from playwright.sync_api import FilePayload, Page

# Adds up the shifts that no input of the visitor explains.
SHIFTS = """
  window.shifts = 0;
  const add = (entries) => {
    for (const each of entries) if (!each.hadRecentInput) window.shifts += each.value;
  };
  const observer = new PerformanceObserver((list) => add(list.getEntries()));
  observer.observe({ type: "layout-shift", buffered: true });
  // Gives the sum once the frames that are under way have been drawn and counted.
  window.shiftsSoFar = async () => {
    for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
    await new Promise((resolve) => setTimeout(resolve, 50));
    add(observer.takeRecords());
    return window.shifts;
  };
"""


def by_shade(image: GrayImage) -> PagePrediction:
    """Answer a page of `pages` with its number, and doubt the second one."""
    number = round(float(image.mean())) - 199
    return PagePrediction((LinePrediction(f"page {number}", 0.5 if number == 2 else 0.99),), WIDTH, HEIGHT)


def thumbnails(page: Page) -> list[str | None]:
    return [each.get_attribute("aria-label") for each in page.locator(".thumbnail").all()]


def test_a_document_of_several_pages(page: Page, recognizer: Reader, tmp_path: Path) -> None:
    recognizer.answer = by_shade
    upload(page, pages(3), "scan.tiff", "image/tiff")
    page.wait_for_selector("#pages-count:has-text('3 pages')")
    assert thumbnails(page) == ["scan, page 1: read", "scan, page 2: read, 1 to check", "scan, page 3: read"]
    wait(page, "result")
    assert texts(page) == ["page 1"]
    page.locator(".thumbnail").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_selector("#lines:has-text('page 2')")
    assert page.locator(".thumbnail").nth(1).get_attribute("aria-current") == "page"
    page.select_option("#scope", "all")
    with page.expect_download() as download:
        page.click("#download")
    assert Path(download.value.path()).read_text() == "page 1\n\fpage 2\n\fpage 3"
    page.select_option("#format", "page")
    with page.expect_download() as download:
        page.click("#download")
    names = zipfile.ZipFile(download.value.path()).namelist()
    assert names == [f"page/{number}-scan.page.xml" for number in (1, 2, 3)]


def test_many_pages_become_one_pdf(page: Page, recognizer: Reader) -> None:
    pdfium = pytest.importorskip("pypdfium2")
    recognizer.answer = lambda image: PagePrediction(
        (replace(by_shade(image).lines[0], region=Region(5, 5, 55, 35)),)
    )
    upload(page, pages(41, (60, 40)), "scan.tiff", "image/tiff")
    page.wait_for_selector("#pages-count:has-text('41 pages')")
    wait(page, "result")
    page.select_option("#scope", "all")
    page.select_option("#format", "pdf")
    with page.expect_download() as download:
        page.click("#download")
    assert download.value.suggested_filename == "scan.pdf"
    document = pdfium.PdfDocument(download.value.path())
    said = [each.get_textpage().get_text_range() for each in document]
    assert said == [f"page {number}" for number in range(1, 42)]
    shades = [each.render(scale=0.1).to_numpy().mean() for each in document]
    assert shades == pytest.approx([200 + index for index in range(41)], abs=1.5)
    assert document.get_metadata_dict()["Producer"].startswith("text_recognizer")
    document.close()


def test_everything_as_a_zip_file(page: Page) -> None:
    read(page)
    page.select_option("#format", "zip")
    with page.expect_download() as download:
        page.click("#download")
    archive = zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes()))
    assert archive.testzip() is None
    assert {"my page.txt", "my page.hocr", "my page.pdf"} <= set(archive.namelist())
    assert archive.read("my page.txt").decode() == "\n".join(line.text for line in LINES)


def test_several_files_of_which_one_is_none(page: Page, recognizer: Reader) -> None:
    contents = (encoded("PNG"), b"nothing", encoded("PNG", (50, 50)))
    files: list[FilePayload] = [
        {"name": f"{number}.png", "mimeType": "image/png", "buffer": content}
        for number, content in enumerate(contents, start=1)
    ]
    recognizer.answer = lambda image: PagePrediction(LINES if image.shape == (HEIGHT, WIDTH) else ())
    page.set_input_files("#file", files)
    page.wait_for_selector("#pages-count:has-text('3 pages')")
    assert thumbnails(page) == ["1: read, 2 to check", "2: could not be read", "3: read"]
    page.locator(".thumbnail").nth(1).click()
    wait(page, "error")
    assert page.inner_text("#error-title") == "This file cannot be read as a picture"
    page.click("#remove-page")
    page.click("#remove-page")
    assert (page.locator(".thumbnail").count(), page.is_visible("#pages")) == (1, False)


def test_stopping_keeps_what_was_read(page: Page, recognizer: Reader) -> None:
    recognizer.answer = by_shade
    upload(page, pages(1), "first.tiff", "image/tiff")
    wait(page, "result")
    recognizer.may_answer.clear()
    upload(page, pages(2), "second.tiff", "image/tiff")
    page.wait_for_selector("#progress-text:has-text('Reading')")
    page.click("#stop")
    wait(page, "result")
    assert thumbnails(page) == ["first: read"]
    wait_said(page, "Stopped. 1 pages were read.")


def test_a_page_on_its_side_can_be_turned(page: Page, recognizer: Reader) -> None:
    turned = PageWarning(WarningCode.TURNED, "The page lay on its side.")
    recognizer.answer = lambda image: PagePrediction(
        LINES, warnings=(turned,) if image.shape[1] > 500 else ()
    )
    read(page)
    page.click("text=Turn the picture")
    page.wait_for_selector("[data-state=result] #warnings[hidden]", state="attached")
    assert [image.shape for image in recognizer.images] == [(HEIGHT, WIDTH), (WIDTH, HEIGHT)]


def test_zooming_keeps_the_boxes_on_the_lines(page: Page) -> None:
    read(page)
    page.click("#zoom-in")
    page.click("#zoom-in")
    assert page.inner_text("#zoom-fit") == "156 %"
    page.focus("#viewer")
    page.keyboard.press("+")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("0")
    assert page.inner_text("#zoom-fit") == "100 %"
    page.click("#zoom-in")
    image, box = rectangles(page, "#image", ".box")
    region = LINES[0].region
    assert region is not None
    scale = image[2] / WIDTH
    assert box[0] - image[0] == pytest.approx(scale * (region.x1 - 0.1 * region.height), abs=1)
    # The line that is corrected comes into sight, at the latest when the scrolling by key has ended.
    page.locator(".text").last.focus()
    in_sight = """() => {
      const viewer = document.querySelector("#viewer").getBoundingClientRect();
      const last = [...document.querySelectorAll(".box")].at(-1).getBoundingClientRect();
      return viewer.top <= last.top + 1 && last.bottom <= viewer.bottom + 1;
    }"""
    eventually(page, lambda: page.evaluate(in_sight), True)


@pytest.mark.parametrize("width", [1280, 768, 360])
def test_nothing_shifts(page: Page, recognizer: Reader, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.add_init_script(SHIFTS)
    page.reload()
    page.wait_for_selector("body.ready")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("shiftsSoFar()") == 0
    recognizer.answer = by_shade
    recognizer.may_answer.clear()
    upload(page, pages(2), "scan.tiff", "image/tiff")
    page.wait_for_selector("#progress-text:has-text('Reading')")
    page.evaluate("shiftsSoFar().then(() => (window.shifts = 0))")
    recognizer.may_answer.set()
    page.wait_for_selector("#pages-count:has-text('2 pages')")
    wait(page, "result")
    assert page.evaluate("shiftsSoFar()") < 0.05  # Lighthouse calls a tenth good


def test_search_goes_through_all_pages(page: Page, recognizer: Reader) -> None:
    recognizer.answer = by_shade
    upload(page, pages(2), "scan.tiff", "image/tiff")
    page.wait_for_selector("#pages-count:has-text('2 pages')")
    page.fill("#search", "PÀGE")
    assert page.inner_text("#search-status") == "2 places"
    page.press("#search", "Enter")
    page.press("#search", "Enter")
    page.wait_for_selector("#search-status:has-text('2 of 2 places')")
    eventually(page, lambda: texts(page), ["page 2"])
    page.wait_for_selector("#lines .found")
    found = "[...CSS.highlights.get('found')].map((range) => range.toString())"
    assert page.evaluate(found) == ["page"]
    page.fill("#search", "absent")
    assert page.inner_text("#search-status") == "Not found"
