"""What a visitor does, and what the page then shows."""

from __future__ import annotations

import base64
import time
from typing import TYPE_CHECKING, TypeVar

from api.tests.web.conftest import encoded

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

Answer = TypeVar("Answer")

_PATIENCE_S = 20.0  # a machine that is busy with other tests is slow
_ASK_MS = 20.0

_GIVE = """([kind, bytes]) => {
  const data = new DataTransfer();
  if (bytes !== null) {
    const content = Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0));
    data.items.add(new File([content], "given.png", { type: "image/png" }));
  }
  const options = { bubbles: true, cancelable: true };
  document.querySelector("main").dispatchEvent(
    kind === "paste"
      ? new ClipboardEvent(kind, { ...options, clipboardData: data })
      : new DragEvent(kind, { ...options, dataTransfer: data }),
  );
}"""


def give(page: Page, event: str, data: bytes | None) -> None:
    """Dispatch `paste`, `dragover` or `drop` with a PNG file, or with nothing."""
    page.evaluate(_GIVE, [event, None if data is None else base64.b64encode(data).decode()])


def upload(page: Page, data: bytes | None = None, name: str = "my page.png", kind: str = "image/png") -> None:
    """Choose a file; default: a picture of 600 x 400."""
    content = encoded("PNG") if data is None else data
    page.set_input_files("#file", {"name": name, "mimeType": kind, "buffer": content})


def wait(page: Page, state: str) -> None:
    """Wait until the page shows `start`, `busy`, `error` or `result`."""
    page.wait_for_selector(f"body[data-state={state}]")


def read(page: Page) -> None:
    """Have a picture read."""
    upload(page)
    wait(page, "result")


def eventually(page: Page, question: Callable[[], Answer], expected: Answer) -> None:
    """Wait until `question()` gives what is expected: for all that settles after the action itself."""
    deadline = time.monotonic() + _PATIENCE_S
    while (answer := question()) != expected and time.monotonic() < deadline:
        page.wait_for_timeout(_ASK_MS)
    assert answer == expected


def wait_said(page: Page, text: str) -> None:
    """Wait until screen readers are told exactly this."""
    eventually(page, lambda: page.inner_text("#status"), text)


def rectangles(page: Page, *selectors: str) -> list[tuple[float, float, float, float]]:
    """Return `(x, y, width, height)` of the first element of each selector, px of the window.

    All are taken at one moment: Chromium goes on scrolling for a while after a key, so rectangles
    that are asked for one after the other need not belong together.
    """
    found: list[list[float]] = page.evaluate(
        """all => all.map((each) => {
          const { x, y, width, height } = document.querySelector(each).getBoundingClientRect();
          return [x, y, width, height];
        })""",
        list(selectors),
    )
    return [(x, y, width, height) for x, y, width, height in found]


def texts(page: Page) -> list[str]:
    """Return the text of each line."""
    return page.locator("#lines .text").all_inner_texts()


def wait_marked(page: Page, *indices: int) -> None:
    """Wait until these boxes and lines are marked, and no others."""
    eventually(page, lambda: _marked(page), [[*indices], [*indices]])


def _marked(page: Page) -> list[list[int]]:
    marked: list[list[int]] = page.evaluate(
        """() => [".box", "#lines li"].map((selector) =>
          [...document.querySelectorAll(selector)].flatMap((each, index) =>
            each.classList.contains("active") ? [index] : [],
          ),
        )"""
    )
    return marked


def wait_camera_off(page: Page) -> None:
    """Wait until the page lets go of the camera."""
    eventually(page, lambda: page.evaluate("document.getElementById('video').srcObject === null"), True)
