import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evaluation.rivals import own_lines_worker
from evaluation.tests.conftest import save
from text_recognizer.inference import artifacts
from text_recognizer.tests import tiny_models


def outlines(what: str, path: Path, monkeypatch: pytest.MonkeyPatch, read: Callable[[], str]) -> list[Any]:
    """Return what the worker answers for a page."""
    arguments = ["own_lines_worker", "tiny_line", "tiny_paragraph", str(artifacts.WEIGHTS_DIR), what]
    monkeypatch.setattr(sys, "argv", arguments)
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps([str(path)]) + "\n"))
    own_lines_worker.main()
    response = json.loads(read())
    assert response["version"].endswith(what)
    found: list[Any] = json.loads(response["texts"][0])
    return found


def test_lines_of_pages_are_told_by_their_corners(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = save(tiny_models.draw_page([2, 3]), tmp_path / "page.png")
    for what in (own_lines_worker.READ, own_lines_worker.FIND):
        first, second = outlines(what, path, monkeypatch, lambda: capsys.readouterr().out)
        assert len(first) == len(second) == 4
        assert first[0][1] < second[0][1]


def test_print_can_be_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = save(tiny_models.draw_page([2, 3]), tmp_path / "page.png")  # even bars, which no hand draws
    assert outlines(own_lines_worker.HANDWRITING, path, monkeypatch, lambda: capsys.readouterr().out) == []
