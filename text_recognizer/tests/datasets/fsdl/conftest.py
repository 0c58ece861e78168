from pathlib import Path

import pytest

from text_recognizer.datasets.files import fetch as fetch_module
from text_recognizer.tests.datasets.fsdl.folder import HOST, NAMES, Folder
from text_recognizer.tests.datasets.fsdl_pages import draw_page, record


@pytest.fixture
def folder(data_root: Path, metadata_root: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    monkeypatch.setattr(fetch_module, "FIRST_PAUSE_SECONDS", 0.0)
    return Folder(data_root / "raw" / "fsdl_handwriting", metadata_root)


@pytest.fixture
def pages(folder: Folder) -> Folder:
    """Eight pages with three lines each, all of them here."""
    page = draw_page()
    folder.write([record(f"{HOST}/{name}.png") for name in NAMES], {f"{name}.png": page for name in NAMES})
    return folder
