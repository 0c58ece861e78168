from pathlib import Path

import pytest

from text_recognizer.datasets.files import metadata


@pytest.fixture
def metadata_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in place of data/raw."""
    root = tmp_path / "metadata"
    root.mkdir()
    monkeypatch.setattr(metadata, "METADATA_ROOT", root)
    return root
