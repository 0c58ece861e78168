from pathlib import Path

import pytest

from text_recognizer.tests.datasets.toy_iam import write_iam


@pytest.fixture
def iam(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A mirror with four forms by four writers."""
    root = tmp_path / "mirror" / "iam"
    write_iam(root)
    monkeypatch.setenv("TEXT_RECOGNIZER_MIRROR", str(root.parent))
    monkeypatch.setenv("TEXT_RECOGNIZER_DATA_ROOT", str(tmp_path / "data"))
    return root
