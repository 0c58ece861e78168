"""axe-core finds no violation; skipped where it is not installed, by `npm install` in the folder axe."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from api.tests.web.conftest import Reader
from api.tests.web.states import SCHEMES, STATES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

VARIABLE = "TEXT_RECOGNIZER_AXE"
INSTALLED = Path(__file__).parent / "axe" / "node_modules" / "axe-core" / "axe.min.js"
SIZES = ((1280, 900), (768, 1024), (360, 740))
# Violations as "rule: element", with what is wrong about it.
RUN = """async () => (await axe.run()).violations.flatMap(({ id, nodes }) =>
  nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
)"""


@pytest.fixture(scope="module")
def axe() -> str:
    path = Path(os.environ.get(VARIABLE) or INSTALLED)
    if not path.exists():
        pytest.skip(f"axe-core is not installed: npm install in api/tests/web/axe, or {VARIABLE}=axe.min.js")
    return path.read_text(encoding="utf-8")


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    # The policy of the page would refuse a script that is not its own.
    context = browser.new_context(viewport={"width": 1280, "height": 900}, bypass_csp=True)
    context.set_default_timeout(20_000)
    yield context
    context.close()


@pytest.mark.parametrize("state", STATES)
def test_every_state_is_without_violations(axe: str, page: Page, recognizer: Reader, state: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    STATES[state](page, recognizer)
    page.evaluate(axe)
    for scheme in SCHEMES:
        for width, height in SIZES:
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": height})
            assert (scheme, width, page.evaluate(RUN)) == (scheme, width, [])


def test_axe_finds_faults(axe: str, page: Page) -> None:
    page.evaluate("document.getElementById('choose-file').textContent = ''")
    page.evaluate(axe)
    assert any(fault.startswith("button-name: ") for fault in page.evaluate(RUN))
