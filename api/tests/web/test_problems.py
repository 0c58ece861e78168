"""What the page says when there is no result."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from api.config import ApiConfig
from api.tests.web.actions import read, upload, wait
from api.tests.web.conftest import Reader, encoded
from text_recognizer import PagePrediction
from text_recognizer.arrays import GrayImage

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

PREDICT = "**/v1/predict*"


def test_a_file_that_is_no_picture(page: Page) -> None:
    upload(page, b"%PDF-1.7 a page", "page.pdf", "application/pdf")
    wait(page, "error")
    assert page.inner_text("#error-title") == "This file cannot be read as a picture"
    assert "The file is a PDF; expected PNG, JPEG" in page.inner_text(
        "#error-detail"
    )  # the service's own words
    assert page.inner_text("#error-reference").startswith("Reference for the operator: ")
    assert page.evaluate("document.activeElement.id") == "error-title"
    assert page.inner_text("#status").startswith("This file cannot be read as a picture")
    assert not page.is_visible("#retry")  # the answer would be the same
    assert not page.is_visible("#picture")


def test_after_an_error_another_picture_can_be_read(page: Page) -> None:
    upload(page, b"nothing", "x.png")
    wait(page, "error")
    read(page)
    assert not page.is_visible("#error")


def test_a_failure_of_the_service(page: Page, recognizer: Reader) -> None:
    def fail(_: GrayImage) -> PagePrediction:
        raise RuntimeError("secret")

    recognizer.answer = fail
    upload(page)
    wait(page, "error")
    assert page.inner_text("#error-title") == "The service failed"
    assert "secret" not in page.inner_text("body")
    assert page.is_visible("#retry")


@pytest.mark.parametrize(
    ("status", "title"), [(408, "too long"), (413, "too large"), (502, "reached"), (504, "too long")]
)
def test_answers_of_proxies(page: Page, status: int, title: str) -> None:
    page.route(PREDICT, lambda route: route.fulfill(status=status, body="<html>", content_type="text/html"))
    upload(page)
    wait(page, "error")
    assert title in page.inner_text("#error-title")


def test_no_connection(page: Page) -> None:
    page.route(PREDICT, lambda route: route.abort())
    upload(page)
    wait(page, "error")
    assert page.inner_text("#error-title") == "The service cannot be reached"
    page.unroute(PREDICT)
    page.click("#retry")
    wait(page, "result")


def test_a_busy_service_is_asked_again(page: Page) -> None:
    page.clock.install()
    answers = [503, 429]

    def busy_at_first(route: Route) -> None:
        if not answers:
            route.continue_()
            return
        problem = json.dumps({"title": "busy", "status": answers[0], "detail": "The queue is full."})
        seconds = 10 + len(answers)  # each wait says another number
        route.fulfill(status=answers.pop(0), body=problem, headers={"Retry-After": str(seconds)})

    page.route(PREDICT, busy_at_first)
    upload(page)
    for seconds in (12, 11):
        _wait_busy(page, seconds)
    wait(page, "result")
    assert answers == []


def test_a_service_that_stays_busy(page: Page) -> None:
    page.clock.install()
    asked = []

    def busy(route: Route) -> None:
        asked.append(route)
        route.fulfill(status=503, body="{}", headers={"Retry-After": str(14 - len(asked))})

    page.route(PREDICT, busy)
    upload(page)
    for seconds in (13, 12, 11):
        _wait_busy(page, seconds)
    wait(page, "error")
    assert page.inner_text("#error-title") == "The service is busy"
    assert len(asked) == 4


def _wait_busy(page: Page, seconds: int) -> None:
    """Let the seconds pass that the page waits for a busy service; they need not be real ones."""
    page.wait_for_selector(f"#progress-text:has-text('busy; trying again in {seconds} s')")
    page.clock.run_for(1000 * seconds)


class TestKey:
    @pytest.fixture
    def config(self) -> ApiConfig:
        return ApiConfig(api_key="open sesame")

    def test_the_page_asks_for_the_key(self, page: Page) -> None:
        upload(page)
        wait(page, "error")
        assert page.inner_text("#error-title") == "This service requires a key"
        page.get_by_label("API key").fill("wrong")
        page.keyboard.press("Enter")
        page.wait_for_selector("#error-detail:has-text('is wrong')")
        page.get_by_label("API key").fill("open sesame")
        page.keyboard.press("Enter")
        wait(page, "result")
        page.select_option("#format", "hocr")
        with page.expect_download():
            page.click("#download")
        assert "sesame" not in page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")


class TestSmallLimit:
    @pytest.fixture
    def config(self) -> ApiConfig:
        return ApiConfig(max_content_length=3000)

    def test_a_file_that_is_too_large_and_cannot_be_redrawn_is_not_sent(self, page: Page) -> None:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.method))
        upload(page, encoded("TIFF"), "scan.tiff", "image/tiff")
        wait(page, "error")
        assert page.inner_text("#error-title") == "This picture is too large"
        assert "2,000 are allowed" in page.inner_text("#error-detail")
        assert "POST" not in asked
