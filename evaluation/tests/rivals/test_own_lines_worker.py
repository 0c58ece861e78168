import io
import json
import sys
from pathlib import Path

import pytest

from evaluation.rivals import own_lines_worker
from evaluation.tests.conftest import save
from text_recognizer.inference import artifacts
from text_recognizer.tests import tiny_models


@pytest.mark.parametrize("what", [own_lines_worker.READ, own_lines_worker.FIND])
def test_lines_of_pages_are_told_by_their_corners(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = save(tiny_models.draw_page([2, 3]), tmp_path / "page.png")
    arguments = ["own_lines_worker", "tiny_line", "tiny_paragraph", str(artifacts.WEIGHTS_DIR), what]
    monkeypatch.setattr(sys, "argv", arguments)
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps([str(path)]) + "\n"))
    own_lines_worker.main()
    response = json.loads(capsys.readouterr().out)
    first, second = json.loads(response["texts"][0])
    assert len(first) == len(second) == 4
    assert first[0][1] < second[0][1]
    assert response["version"].endswith(what)
