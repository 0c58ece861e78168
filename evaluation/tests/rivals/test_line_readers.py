import json
import sys
from pathlib import Path

import pytest

from evaluation.rivals.line_readers import kraken_lines, own_lines
from evaluation.rivals.own_lines_worker import FIND
from evaluation.tests.conftest import save
from text_recognizer.errors import ArtifactError, ConfigError
from text_recognizer.tests import tiny_models


@pytest.mark.process
def test_our_lines_come_from_a_process_of_their_own(tmp_path: Path) -> None:
    path = save(tiny_models.draw_page([2, 3]), tmp_path / "page.png")
    with own_lines("tiny_line", "tiny_paragraph", FIND) as finder:
        reading = finder.read([path])
    assert len(json.loads(reading.texts[0])) == 2
    assert reading.cpu_seconds > 0


def test_a_missing_model_is_said_at_once() -> None:
    with pytest.raises(ArtifactError):
        own_lines("no_line", "tiny_paragraph", FIND)


@pytest.mark.process
def test_a_python_without_kraken_is_told_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "kraken.py").write_text("raise ImportError\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(ConfigError, match="install the package kraken"):
        kraken_lines(sys.executable)
