"""The page is used by keyboard, screen reader, on a phone, and in any colours."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from api.tests.web.actions import eventually, read, rectangles, wait, wait_camera_off, wait_marked
from api.tests.web.conftest import LINES, Reader
from api.tests.web.states import SCHEMES, STATES, be_busy, open_camera
from text_recognizer import PagePrediction

if TYPE_CHECKING:
    from playwright.sync_api import Page

AUDIT = (Path(__file__).parent / "audit.js").read_text(encoding="utf-8")
NEED_NAMES = ("button", "link", "textbox", "combobox", "radio", "dialog", "img", "image", "progressbar")
FOCUS = """() => {
  const at = document.activeElement;
  return at.closest("fieldset")?.id || at.id || at.classList[0] || at.localName;
}"""
WIDTHS = (1280, 360, 320)  # 320: as WCAG 1.4.10 wants it, 1280 zoomed to 400 %


def accessibility_tree(page: Page) -> list[dict[str, Any]]:
    """Return what the browser tells a screen reader: role, name and properties of each node."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    return [node for node in nodes if not node["ignored"]]


def nameless(page: Page) -> list[str]:
    """Return the roles of controls and pictures that have no name."""
    faults = []
    for node in accessibility_tree(page):
        role = node["role"]["value"]
        if role in NEED_NAMES and not node["name"]["value"].strip():
            faults.append(role)
    return faults


def tab_stops(page: Page) -> list[str]:
    """Press Tab once round the page; return what has the focus each time."""
    stops: list[str] = []
    for _ in range(40):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        if stop == "body" or stop in stops:
            break
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid", f"{stop} does not show that it has the focus"
        stops.append(stop)
    return stops


@pytest.mark.parametrize("state", STATES)
def test_every_state_passes_the_audit(page: Page, recognizer: Reader, state: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    STATES[state](page, recognizer)
    for scheme in SCHEMES:
        for width in WIDTHS:
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 720})
            assert (scheme, width, page.evaluate(AUDIT)) == (scheme, width, [])
    assert nameless(page) == []


def test_the_audit_finds_faults(page: Page) -> None:
    page.evaluate(
        """() => {
          document.querySelector("h1").style.color = "#ccc";
          document.getElementById("notice").id = "status";
          document.getElementById("choose-file").style.minHeight = "0";
          document.getElementById("choose-file").style.padding = "0";
          document.getElementById("choose-file").style.fontSize = "9px";
          document.getElementById("take-photo").textContent = "";
          document.querySelector("footer").style.width = "3000px";
          document.querySelector(".example").ariaLabel = "Something else";
          document.querySelector("input").setAttribute("aria-labelledby", "nobody");
        }"""
    )
    faults = "\n".join(page.evaluate(AUDIT))
    for text in (
        "contrast 1.4",
        "id status twice",
        "target of",
        "wider",
        "aria-labelledby names nobody",
        "otherwise",
    ):
        assert text in faults
    assert nameless(page) == ["button"]


def test_by_keyboard_alone(page: Page) -> None:
    stops = tab_stops(page)
    assert stops[:5] == ["choose-file", "take-photo", "paste", "mode", "language"]
    page.keyboard.press("Shift+Tab")  # from the last stop, the link, to the last example
    page.keyboard.press("Enter")
    wait(page, "result")
    page.keyboard.press("Tab")  # the focus was on the heading of the result
    assert page.evaluate(FOCUS) == "format"
    for control in ("copy", "download"):
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUS) == control
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUS) == "search"
    page.keyboard.press("Tab")
    wait_marked(page, 0)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")  # stays on the last
    wait_marked(page, 2)
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    page.focus("#copy")
    wait_marked(page, 0)  # pressed, it stays marked
    page.locator(".box").nth(0).focus()
    page.keyboard.press("End")
    wait_marked(page, 2)
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUS) == "format"  # the boxes are one stop


def test_a_result_is_few_stops(page: Page) -> None:
    read(page)
    page.focus("#choose-file")
    assert tab_stops(page) == [
        "take-photo",
        "paste",
        "mode",
        "language",
        "zoom-fit",
        "zoom-in",
        "turn",
        "box",
        "format",
        "copy",
        "download",
        "search",
        "number",
        "text",  # from here on Tab goes to the doubts
    ]


def test_a_screen_reader_is_told_what_boxes_and_lines_say(page: Page) -> None:
    read(page)
    names = {
        (node["role"]["value"], node["name"]["value"]) for node in accessibility_tree(page) if "name" in node
    }
    assert ("button", "Line 2, check, 88 %: <b>thank</b> you & all") in names
    assert ("button", "Line 3, show it in the picture") in names
    assert ("group", "Lines in the picture; arrow keys move between them") in names
    assert ("heading", "3 lines read") in names
    assert ("image", "The picture being read") in names or ("img", "The picture being read") in names
    assert page.locator("#lines li").count() == len(LINES)


def test_escape_closes_the_camera_and_gives_the_focus_back(page: Page, recognizer: Reader) -> None:
    open_camera(page, recognizer)
    page.keyboard.press("Escape")
    page.wait_for_selector("#camera", state="hidden")
    assert page.evaluate(FOCUS) == "take-photo"
    wait_camera_off(page)


def test_on_a_phone_the_picture_stays_in_sight(page: Page, recognizer: Reader) -> None:
    page.set_viewport_size({"width": 360, "height": 640})
    recognizer.answer = lambda _: PagePrediction(LINES * 4)
    read(page)
    page.locator("#lines li").last.scroll_into_view_if_needed()

    def in_sight() -> bool:
        image, line = rectangles(page, "#image", "#lines li:last-child")
        return 0 <= image[1] < image[1] + image[3] <= line[1]

    eventually(page, in_sight, True)


def test_nothing_moves_where_that_is_unwanted(page: Page, recognizer: Reader) -> None:
    page.emulate_media(reduced_motion="reduce")
    be_busy(page, recognizer)
    animation = "getComputedStyle(document.getElementById('stage'), '::after').animationName"
    assert page.evaluate(animation) == "none"
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate(animation) == "scan"
