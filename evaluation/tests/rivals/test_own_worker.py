import io
import json
import sys
from pathlib import Path

import pytest

from evaluation.rivals import own_worker
from evaluation.tests.conftest import save
from text_recognizer.inference import artifacts
from text_recognizer.tests import tiny_models


def test_pages_are_read_line_by_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = save(tiny_models.draw_page([2, 3]), tmp_path / "page.png")
    folder = str(artifacts.WEIGHTS_DIR)
    monkeypatch.setattr(sys, "argv", ["own_worker", "tiny_line", "tiny_paragraph", folder])
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps([str(path)]) + "\n"))
    own_worker.main()
    response = json.loads(capsys.readouterr().out)
    assert response["texts"] == ["bb\nbbb"]
    assert response["version"].startswith("text_recognizer ")
