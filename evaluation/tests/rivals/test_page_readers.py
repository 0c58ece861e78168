"""Programs that read pages; those of others are programs of their names that read what is known."""

import contextlib
import sys
from pathlib import Path

import pytest

from evaluation.rivals.page_readers import own_pages, page_readers, tesseract_pages
from evaluation.tests.conftest import save
from text_recognizer.errors import ArtifactError, ConfigError
from text_recognizer.tests import tiny_models


@pytest.fixture
def page(tmp_path: Path) -> Path:
    return save(tiny_models.draw_page([2, 3]), tmp_path / "page.png")


@pytest.mark.process
@pytest.mark.usefixtures("fake_tesseract", "fake_rapidocr")
def test_all_read_the_same_page_and_tell_what_it_costs(page: Path) -> None:
    with contextlib.ExitStack() as stack:
        readers, missing = page_readers("tiny_line", "tiny_paragraph", sys.executable, stack)
        readings = [reader.read([page]) for reader in readers]
    assert missing == {}
    assert [reader.version.partition(" ")[0] for reader in readers] == [
        "text_recognizer", "tesseract", "RapidOCR",
    ]  # fmt: skip
    assert [reading.texts for reading in readings] == [["bb\nbbb"], ["the  text"], ["page\nof a page"]]
    assert all(reading.seconds > 0 and reading.cpu_seconds >= 0 for reading in readings)
    assert all(reader.peak_mib > 1 for reader in readers)
    assert readers[0].peak_mib > readers[1].peak_mib  # numpy and more against a shell script


@pytest.mark.process
def test_what_is_missing_is_left_out_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("PATH", "")
    with contextlib.ExitStack() as stack:
        readers, missing = page_readers("tiny_line", "tiny_paragraph", str(tmp_path / "python"), stack)
    assert len(readers) == 1
    assert list(missing) == ["Tesseract", "RapidOCR"]
    assert "--rapidocr-python" in missing["RapidOCR"]
    assert "Install Tesseract 5" in caplog.text
    with pytest.raises(ConfigError, match="Install Tesseract 5"):
        tesseract_pages()


def test_models_must_be_there() -> None:
    with pytest.raises(ArtifactError):
        own_pages("no_line", "tiny_paragraph")
    with pytest.raises(ArtifactError):
        own_pages("tiny_line", "no_detector")
