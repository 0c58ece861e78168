from pathlib import Path

import pytest

from text_recognizer.tests.datasets import toy_data


@pytest.fixture
def brown(data_root: Path, metadata_root: Path) -> Path:
    """A small corpus in the data root, with metadata that state no digest."""
    (metadata_root / "brown").mkdir()
    (metadata_root / "brown" / "metadata.toml").write_text(
        'filename = "brown.zip"\nurl = "http://127.0.0.1"\nlicence = ""\ncitation = ""\n'
    )
    path = data_root / "raw" / "brown" / "brown.zip"
    toy_data.write_brown(path)
    return path
