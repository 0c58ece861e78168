from pathlib import Path

import pytest

from text_recognizer.datasets.files import metadata
from text_recognizer.tooling.data_root import set_mirror


@pytest.fixture
def data_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data root of its own, no mirror, online."""
    root = tmp_path / "data-root"
    monkeypatch.setenv("TEXT_RECOGNIZER_DATA_ROOT", str(root))
    monkeypatch.delenv("TEXT_RECOGNIZER_MIRROR", raising=False)
    monkeypatch.delenv("TEXT_RECOGNIZER_OFFLINE", raising=False)
    set_mirror(None)
    return root


@pytest.fixture
def metadata_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in place of data/raw."""
    root = tmp_path / "metadata"
    root.mkdir()
    monkeypatch.setattr(metadata, "METADATA_ROOT", root)
    return root
