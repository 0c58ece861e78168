"""People correct lines; the browser keeps what they said, and gives it back as text or to teach with."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from api.tests.web.actions import eventually, read, texts
from api.tests.web.conftest import LINES, Reader
from text_recognizer import LinePrediction, PagePrediction, Region
from text_recognizer.predictions.types import TextSpan

if TYPE_CHECKING:
    from playwright.sync_api import Page

SELECTED = "getSelection().toString()"
DEAR = (TextSpan("Dear", 0.99, 60, 140), TextSpan("Anna,", 0.6, 150, 240))
FIRST = LinePrediction("Dear Anna,", 0.88, Region(60, 40, 240, 90), words=DEAR)


@pytest.fixture
def recognizer() -> Reader:
    recognizer = Reader()
    recognizer.answer = lambda _: PagePrediction((FIRST, LINES[0], LINES[2]))
    return recognizer


def marks(page: Page) -> list[str]:
    return page.locator("#lines .mark").all_inner_texts()


def test_by_keyboard_from_doubt_to_doubt(page: Page) -> None:
    read(page)
    assert page.locator("#lines .unsure").all_inner_texts() == ["Anna,"]
    page.locator(".text").first.focus()
    page.keyboard.press("Tab")
    assert page.evaluate(SELECTED) == "Anna,"
    page.keyboard.type("Hanna,")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.ariaLabel") == "Text of line 2"
    assert (texts(page)[0], marks(page)) == ("Dear Hanna,", ["✎", "✓", "!"])
    assert page.locator("#lines .unsure").count() == 0
    page.keyboard.press("Tab")  # line 2 is sure
    assert page.evaluate("document.activeElement.ariaLabel") == "Text of line 3"
    page.keyboard.press("Tab")  # there is no further doubt: out of the list
    assert not page.evaluate("document.activeElement.matches('.text')")
    assert page.inner_text("#summary").endswith("One line should be checked.")


def test_escape_undoes(page: Page) -> None:
    read(page)
    text = page.locator(".text").nth(1)
    text.fill("else")
    text.press("Escape")
    assert texts(page)[1] == LINES[0].text
    text.press("Enter")
    text.press("Escape")
    assert marks(page) == ["?", "✓", "!"]
    text.fill("else")
    page.focus("#copy")  # leaving keeps it as well
    assert marks(page)[1] == "✎"
    page.locator("#lines li").nth(1).get_by_text("Undo").click()
    assert (texts(page)[1], marks(page)[1]) == (LINES[0].text, "✓")


def test_corrections_last_are_downloaded_and_deleted(page: Page) -> None:
    read(page)
    page.locator(".text").nth(1).fill("Déar\tAnne,")
    page.locator(".text").nth(1).press("Enter")
    page.wait_for_selector("#collection-count:has-text('1 line')")
    page.reload()
    read(page)
    assert (texts(page)[1], marks(page)[1]) == ("Déar Anne,", "✎")
    page.select_option("#format", "hocr")
    with page.expect_download() as download:
        page.click("#download")
    assert "Anne," in Path(download.value.path()).read_text()
    with page.expect_download() as download:
        page.click("#save-training")
    archive = zipfile.ZipFile(download.value.path())
    assert archive.read("labels.tsv").decode() == "lines/00001.png\tDéar Anne,\n"
    assert archive.read("documents.tsv").decode() == "lines/00001.png\tmy page\n"
    size = Image.open(io.BytesIO(archive.read("lines/00001.png"))).size
    assert size == pytest.approx((180, 50), rel=0.4)
    page.click("#ask-delete")
    page.click("#really-delete")
    page.wait_for_selector("#collection", state="hidden")
    eventually(page, lambda: texts(page)[1:2], [LINES[0].text])
    page.reload()
    read(page)
    assert texts(page)[1] == LINES[0].text
