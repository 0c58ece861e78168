"""Memory is looked at from the fifth page on; the document has as many pages as are asked for."""

import os
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from evaluation.documents import long_document
from evaluation.documents.long_document import Run, main, measure, peak_memory_mb, write_document
from text_recognizer.errors import ConfigError
from text_recognizer.images.limits import LIBRARY_LIMITS
from text_recognizer.images.loading import count_pages

_GROWS = """
import pathlib, sys, time
folder = pathlib.Path(sys.argv[1], ".text-recognizer", "x")
folder.mkdir(parents=True)
kept = []
for page in range(1, 7):
    (folder / f"{page}.json").touch()
    time.sleep(0.3)
    kept.append(bytearray(b"x" * 30_000_000))
time.sleep(0.3)
"""


@pytest.mark.process
@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_memory_counts_from_the_fifth_page(tmp_path: Path) -> None:
    run = measure([sys.executable, "-S", "-c", _GROWS, str(tmp_path)], tmp_path)
    assert run.warm_mb > 100
    assert 25 < run.peak_mb - run.warm_mb < 70
    assert run.seconds > 2 > run.processor_s > 0
    with pytest.raises(ConfigError, match="status 3: broken"):
        measure(
            [sys.executable, "-S", "-c", "import sys; print('broken', file=sys.stderr); sys.exit(3)"],
            tmp_path,
        )


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_memory_of_processes() -> None:
    assert peak_memory_mb(os.getpid()) > 10
    assert peak_memory_mb(2**22 + 1) == 0


def test_the_document_has_as_many_pages(tmp_path: Path) -> None:
    pytest.importorskip("pypdfium2", reason="reading PDFs needs it")
    image, document = tmp_path / "a.png", tmp_path / "a.pdf"
    Image.fromarray(np.full((20, 30), 200, np.uint8)).save(image)
    write_document(document, image, 3)
    assert count_pages(document, LIBRARY_LIMITS) == 3


def test_the_command_takes_turns(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    asked: list[str] = []

    def fake(command: list[str], output: Path) -> Run:
        asked.append(command[-1])
        return Run(20.0 / int(command[-1]), 19.0, 190.0, 200.0)

    monkeypatch.setattr(long_document, "measure", fake)
    assert main(["--pages", "10", "--repeats", "2"]) == 0
    assert asked == ["1", "2", "1", "2"]
    rows = capsys.readouterr().out.splitlines()
    assert rows[2:] == [
        "| 1 | 20.0 | 0.50 | 1.00 | 19.0 | 190 | 200 | +5.3 |",
        "| 2 | 10.0 | 1.00 | 2.00 | 19.0 | 190 | 200 | +5.3 |",
    ]
