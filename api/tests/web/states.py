"""The states that the page can be in, each reached as visitors reach it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from api.tests.web.actions import give, read, upload, wait
from api.tests.web.conftest import Reader, pages
from text_recognizer import PagePrediction

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def start(page: Page, _: Reader) -> None:
    page.wait_for_load_state("networkidle")


def notice(page: Page, _: Reader) -> None:
    give(page, "paste", None)


def result(page: Page, _: Reader) -> None:
    read(page)
    page.locator(".number").nth(1).click()


def empty(page: Page, recognizer: Reader) -> None:
    recognizer.answer = lambda _: PagePrediction(())
    read(page)


def many_pages(page: Page, _: Reader) -> None:
    upload(page, pages(3), "scan.tiff", "image/tiff")
    page.wait_for_selector("#pages-count:has-text('3 pages')")
    wait(page, "result")
    page.click("#zoom-in")
    page.locator(".text").last.press("Enter")
    page.wait_for_selector("#collection")
    page.fill("#search", "parcel")
    page.press("#search", "Enter")
    page.wait_for_selector("#lines .found")


def fail(page: Page, _: Reader) -> None:
    upload(page, b"nothing")
    wait(page, "error")


def ask_for_key(page: Page, _: Reader) -> None:
    page.route("**/v1/predict*", lambda route: route.fulfill(status=401))
    upload(page)
    wait(page, "error")
    page.wait_for_selector("#key")


def be_busy(page: Page, recognizer: Reader) -> None:
    recognizer.may_answer.clear()
    upload(page)
    page.wait_for_selector("#progress-text:has-text('Reading')")


def open_camera(page: Page, _: Reader) -> None:
    page.context.grant_permissions(["camera"])
    page.click("#take-photo")
    page.wait_for_selector("#shoot:enabled")


def edit(page: Page, _: Reader) -> None:
    read(page)
    page.locator(".text").nth(1).press("Enter")
    page.wait_for_selector("#collection")
    page.locator(".text").last.press("x")  # is being changed


STATES: dict[str, Callable[[Page, Reader], None]] = {
    "start": start,
    "notice": notice,
    "result": result,
    "empty": empty,
    "pages": many_pages,
    "editing": edit,
    "error": fail,
    "key": ask_for_key,
    "busy": be_busy,
    "camera": open_camera,
}
