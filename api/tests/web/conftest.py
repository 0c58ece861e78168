"""A browser, a server to look at with it, and a page that must not log anything."""

from __future__ import annotations

import io
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from werkzeug.serving import make_server

from api.app import create_app
from api.config import ApiConfig
from api.tests.conftest import FakeRecognizer
from text_recognizer import LinePrediction, PagePrediction, Region
from text_recognizer.arrays import GrayImage
from text_recognizer.budget import Budget
from text_recognizer.predictions.languages import LanguageChoice

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
WIDTH, HEIGHT = 600, 400
LINES = (
    LinePrediction("Dear Anna,", 0.987, Region(60, 40, 240, 90)),
    LinePrediction("<b>thank</b> you & all", 0.881, Region(60, 120, 540, 180)),
    LinePrediction("for the parcel", 0.5, Region(50, 220, 400, 280)),
)


class Reader(FakeRecognizer):
    """Answers every page with `answer(image)`, which tests replace, once `may_answer` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.languages: list[str] = []
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.answer: Callable[[GrayImage], PagePrediction] = lambda _: PagePrediction(LINES)

    def predict(self, image: GrayImage, budget: Budget, language: LanguageChoice = "auto") -> PagePrediction:
        self.images.append(image)
        self.languages.append(language)
        self.may_answer.wait(20)
        return self.answer(image)


def encoded(kind: str, size: tuple[int, int] = (WIDTH, HEIGHT)) -> bytes:
    """Return a picture as a file of Pillow's format `kind`."""
    buffer = io.BytesIO()
    Image.linear_gradient("L").resize(size).save(buffer, kind)
    return buffer.getvalue()


def pages(count: int, size: tuple[int, int] = (WIDTH, HEIGHT)) -> bytes:
    """Return a TIFF with so many pages."""
    images = [Image.new("L", size, 200 + index) for index in range(count)]
    buffer = io.BytesIO()
    images[0].save(buffer, "TIFF", save_all=True, append_images=images[1:])
    return buffer.getvalue()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    sync_api = pytest.importorskip("playwright.sync_api", reason="the browser tests need playwright")
    with sync_api.sync_playwright() as playwright:
        path = next(filter(None, map(shutil.which, BROWSERS)), playwright.chromium.executable_path)
        if not os.path.exists(path):
            pytest.skip(f"none of {', '.join(BROWSERS)} is installed")
        # A camera that shows a test picture, and whose use needs no click.
        camera = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
        chromium = playwright.chromium.launch(executable_path=path, args=camera)
        yield chromium
        chromium.close()


@pytest.fixture
def recognizer() -> Reader:
    return Reader()


@pytest.fixture
def config() -> ApiConfig:
    return ApiConfig()


@pytest.fixture
def server(config: ApiConfig, recognizer: Reader) -> Iterator[str]:
    """Return the address of a running service."""
    wsgi = make_server("127.0.0.1", 0, create_app(config, recognizer), threaded=True)
    thread = threading.Thread(target=wsgi.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{wsgi.server_port}"
    recognizer.may_answer.set()
    wsgi.shutdown()
    wsgi.server_close()
    thread.join()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(20_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, server: str) -> Iterator[Page]:
    """Return the open page; whatever it logs or asks of another server fails the test."""
    page = context.new_page()
    complaints: list[str] = []
    watch(page, server, complaints)
    page.goto(server)
    page.wait_for_selector("body.ready")  # all buttons are there
    yield page
    assert complaints == []


def watch(page: Page, server: str, complaints: list[str]) -> None:
    """Note errors, violated policies and requests to other servers in `complaints`."""
    page.on("pageerror", lambda error: complaints.append(f"error: {error}"))

    def logged(text: str, url: str) -> None:
        # The browser logs every answer of 400 and more; those of the service are under test.
        if not (text.startswith("Failed to load resource") and "/v1/" in url):
            complaints.append(text)

    def requested(url: str) -> None:
        if not url.startswith((server, f"blob:{server}", "data:")):
            complaints.append(f"foreign request: {url}")

    page.on("console", lambda message: logged(message.text, message.location["url"]))
    page.on("request", lambda request: requested(request.url))
