"""What a visitor does, and what the page then shows."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from api.tests.web.conftest import encoded

if TYPE_CHECKING:
    from playwright.sync_api import Page

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


def active(page: Page) -> tuple[list[int], list[int]]:
    """Return which boxes and which lines are marked."""
    boxes, lines = (
        page.locator(selector).evaluate_all(
            "all => all.flatMap((each, i) => each.classList.contains('active') ? [i] : [])"
        )
        for selector in (".box", "#lines li")
    )
    return boxes, lines
