"""Pictures get in by file, drop, clipboard, camera and example."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from api.config import ApiConfig
from api.tests.web.actions import (
    eventually,
    give,
    rectangles,
    texts,
    upload,
    wait,
    wait_camera_off,
    wait_said,
)
from api.tests.web.conftest import HEIGHT, LINES, WIDTH, Reader, encoded
from text_recognizer import LinePrediction, PagePrediction, Region
from text_recognizer.arrays import GrayImage

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

TEXTS = [line.text for line in LINES]


def test_example(page: Page, recognizer: Reader) -> None:
    page.click("text=A letter")
    wait(page, "result")
    assert texts(page) == TEXTS
    assert [image.shape for image in recognizer.images] == [(780, 1180)]
    assert page.inner_text("#caption").startswith("letter")


def test_file(page: Page, recognizer: Reader) -> None:
    with page.expect_file_chooser() as chooser:
        page.click("text=Choose files")
    assert chooser.value.is_multiple()
    upload(page)
    wait(page, "result")
    sent = np.asarray(Image.open(io.BytesIO(encoded("PNG"))))
    np.testing.assert_array_equal(recognizer.images[0], sent)  # as it was, not drawn anew


def test_drop_anywhere(page: Page) -> None:
    give(page, "dragover", encoded("PNG"))
    assert page.locator("body.dragging").count() == 1
    give(page, "drop", encoded("PNG"))
    wait(page, "result")
    assert (page.locator("body.dragging").count(), texts(page)) == (0, TEXTS)


def test_paste(page: Page) -> None:
    give(page, "paste", encoded("PNG"))
    wait(page, "result")
    assert texts(page) == TEXTS


@pytest.mark.parametrize(
    ("event", "said"), [("paste", "no picture on the clipboard"), ("drop", "not a file")]
)
def test_giving_nothing_is_answered(page: Page, event: str, said: str) -> None:
    give(page, event, None)
    assert said in page.inner_text("#notice")
    assert page.get_attribute("body", "data-state") == "start"


def test_paste_button(page: Page, context: BrowserContext) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("navigator.clipboard.writeText('only text')")
    page.click("#paste")
    page.wait_for_selector("#notice:has-text('no picture on the clipboard')")
    page.evaluate(
        """async () => {
          const blob = await new Promise((resolve) => {
            const canvas = Object.assign(document.createElement("canvas"), { width: 60, height: 40 });
            canvas.getContext("2d");
            canvas.toBlob(resolve, "image/png");
          });
          await navigator.clipboard.write([new ClipboardItem({ "image/png": blob })]);
        }"""
    )
    page.click("#paste")
    wait(page, "result")


def test_camera(page: Page, context: BrowserContext, recognizer: Reader) -> None:
    context.grant_permissions(["camera"])
    page.click("#take-photo")
    page.click("#shoot")
    wait(page, "result")
    assert not page.is_visible("#camera")
    wait_camera_off(page)
    assert recognizer.images[0].std() > 5  # a picture, not blackness


def test_without_a_camera_there_is_no_button(context: BrowserContext, server: str) -> None:
    context.add_init_script("navigator.mediaDevices.enumerateDevices = async () => [{ kind: 'audioinput' }]")
    page = context.new_page()
    page.goto(server)
    page.wait_for_selector("body.ready")
    assert page.is_visible("#choose-file")
    assert not page.is_visible("#take-photo")


def test_files_can_be_chosen_though_the_browser_never_lists_its_cameras(
    context: BrowserContext, server: str
) -> None:
    context.add_init_script("navigator.mediaDevices.enumerateDevices = () => new Promise(() => {})")
    page = context.new_page()
    page.goto(server)
    page.wait_for_selector("body.ready")
    assert page.is_visible("#choose-file")


def test_phones_take_photos_with_their_own_camera(context: BrowserContext, page: Page) -> None:
    page.evaluate("window.matchMedia = () => ({ matches: true })")
    with page.expect_file_chooser() as chooser:
        page.click("#take-photo")
    assert chooser.value.element.get_attribute("capture") == "environment"


def test_a_photo_lying_on_its_side_is_shown_and_sent_upright(page: Page, recognizer: Reader) -> None:
    exif, buffer = Image.Exif(), io.BytesIO()
    exif[0x0112] = 6
    Image.new("L", (HEIGHT, WIDTH), 200).save(buffer, "JPEG", exif=exif)  # to be turned by 90 degrees
    upload(page, buffer.getvalue(), "photo.jpg", "image/jpeg")
    wait(page, "result")
    assert recognizer.images[0].shape == (HEIGHT, WIDTH)
    image = "document.getElementById('image')"
    assert page.evaluate(f"[{image}.naturalHeight, {image}.naturalWidth]") == [HEIGHT, WIDTH]


class TestSmallLimits:
    @pytest.fixture
    def config(self) -> ApiConfig:
        return ApiConfig(max_pixels=60_000, max_side=250)

    def test_large_pictures_are_made_smaller_before_they_are_sent(
        self, page: Page, recognizer: Reader
    ) -> None:
        recognizer.answer = _one_box
        upload(page, encoded("PNG", (800, 500)))
        wait(page, "result")
        height, width = recognizer.images[0].shape
        assert (width, round(width / height, 1)) == (250, 1.6)
        assert "250" in page.inner_text("#caption")


def test_what_the_browser_alone_can_read_is_sent_as_jpeg(page: Page, recognizer: Reader) -> None:
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="60"><rect width="45" height="60"/></svg>'
    )
    upload(page, drawing.encode(), "drawing.svg", "image/svg+xml")
    wait(page, "result")
    (image,) = recognizer.images
    assert image.shape == (60, 90)
    assert (image[:, 10].max() < 20, image[:, 80].min() > 235) == (True, True)  # ink, white paper


def test_what_the_service_alone_can_open_is_seen_as_well(page: Page) -> None:
    upload(page, encoded("TIFF"), "scan.tiff", "image/tiff")
    wait(page, "result")
    assert texts(page) == TEXTS
    assert page.evaluate("document.getElementById('image').naturalWidth") == WIDTH
    ((_, _, width, height),) = rectangles(page, "#stage")
    assert width / height == pytest.approx(WIDTH / HEIGHT, rel=0.02)


def test_single_line(page: Page, recognizer: Reader) -> None:
    upload(page)
    wait(page, "result")
    page.check("text=one line")  # reads the same picture again
    page.wait_for_selector("#lines:has-text('a line')")
    assert len(recognizer.line_predictor.images) == 1
    assert page.inner_text("#result-title") == "1 line read"


def test_the_language_is_remembered_and_sent(page: Page, recognizer: Reader) -> None:
    upload(page)
    wait(page, "result")
    page.select_option("#language", "fr")  # reads the same picture again
    eventually(page, lambda: recognizer.languages, ["auto", "fr"])
    wait(page, "result")
    page.reload()
    assert page.input_value("#language") == "fr"
    upload(page)
    wait(page, "result")
    assert recognizer.languages == ["auto", "fr", "fr"]
    page.evaluate("localStorage.setItem('language', 'xx')")  # of another version, perhaps
    page.reload()
    assert page.input_value("#language") == "auto"


def test_without_a_memory_the_language_can_be_chosen(context: BrowserContext, server: str) -> None:
    context.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error(); } })")
    page = context.new_page()
    page.goto(server)
    page.wait_for_selector("body.ready")
    page.select_option("#language", "en")
    assert page.input_value("#language") == "en"


def test_cancel(page: Page, recognizer: Reader) -> None:
    recognizer.may_answer.clear()
    upload(page)
    page.wait_for_selector("#progress-text:has-text('Reading the handwriting')")
    page.click("#cancel")
    wait(page, "start")
    assert page.evaluate("document.activeElement.id") == "choose-file"
    wait_said(page, "Cancelled.")
    recognizer.may_answer.set()
    page.wait_for_timeout(100)
    assert page.get_attribute("body", "data-state") == "start"


def test_a_new_picture_is_shown_while_another_one_is_read(page: Page, recognizer: Reader) -> None:
    recognizer.answer = lambda image: PagePrediction(LINES if image.shape == (HEIGHT, WIDTH) else ())
    recognizer.may_answer.clear()
    upload(page, encoded("PNG", (50, 50)))
    page.wait_for_selector("#progress-text:has-text('Reading the handwriting')")
    upload(page)
    recognizer.may_answer.set()
    wait(page, "result")
    assert texts(page) == TEXTS
    page.locator(".thumbnail").first.click()
    page.wait_for_selector("#result-title:has-text('No text was found')")


def test_without_scripts_the_page_says_what_to_do(browser: Browser, server: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(server)
    assert "curl" in page.inner_text("main")
    context.close()


def test_names_of_files_do_not_become_markup(page: Page) -> None:
    upload(page, name='<img src="x">.png')
    wait(page, "result")
    assert page.inner_text("#caption").startswith('<img src="x">')


def _one_box(image: GrayImage) -> PagePrediction:
    height, width = image.shape
    return PagePrediction((LinePrediction("all", 0.9, Region(0, 0, width, height)),))
