"""A model is taught from the page, where the operator allows it; a stand-in learns here."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from api.app import create_app
from api.config import ApiConfig
from api.fine_tuning import teacher
from api.models import Models
from api.tests.live import serving_app
from api.tests.routes.test_fine_tuning import FakeLearned
from api.tests.web.actions import read, wait
from api.tests.web.conftest import Reader
from text_recognizer import LinePrediction, PagePrediction, Region

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

pytestmark = pytest.mark.process

_STUB = """
import json, os, sys, time
options = dict(zip(sys.argv[1::2], sys.argv[2::2]))
numbers = {"progress": 1, "seconds_left": 3, "cer_before": 0.074, "cer_after": 0.052, "message": None}
for state in ("running", "done"):
    with open(options["--status"], "w") as file:
        json.dump({"state": state, "phase": "learning", **numbers}, file)
    for _ in range(600):
        time.sleep(0.05)
        if os.path.exists(options["--status"] + ".seen"):
            break
"""


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, recognizer: Reader) -> Iterator[str]:
    monkeypatch.setattr(teacher, "COMMAND", [sys.executable, "-S", "-c", _STUB])
    learned = FakeLearned()
    regions = [Region(10, 60 * number, 500, 60 * number + 50) for number in range(6)]
    lines = tuple(LinePrediction(f"line {region.y1}", 0.99, region) for region in regions)
    recognizer.answer = lambda _: PagePrediction(lines)
    models = Models((recognizer,), learned=learned)  # type: ignore[arg-type]
    with serving_app(create_app(ApiConfig(fine_tuning_folder=str(tmp_path)), models=models)) as address:
        yield address


def test_teaching(page: Page, tmp_path: Path) -> None:
    read(page)
    for number in range(5):
        page.locator(".text").nth(number).press("Enter")
    page.wait_for_selector("#collection-count:has-text('5 lines')")
    page.fill("#teach-name", "anna")
    page.press("#teach-name", "Enter")
    page.wait_for_selector("#teach-status:has-text('It learns; 3 seconds left')")
    (tmp_path / "status.json.seen").touch()  # the stand-in goes on
    page.wait_for_selector("#teach-status:has-text('7.4 % before, 5.2 % now')")
    assert not page.is_visible("#teach-stop")
    wait(page, "result")


def test_too_few_lines_are_named(page: Page) -> None:
    read(page)
    page.locator(".text").first.press("Enter")
    page.wait_for_selector("#collection-count:has-text('1 line')")
    page.fill("#teach-name", "anna")
    page.press("#teach-name", "Enter")
    page.wait_for_selector("#teach-status:has-text('At least 5 lines are needed')")
