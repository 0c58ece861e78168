import shutil
from pathlib import Path

import pytest

from text_recognizer.tests import tiny_models
from text_recognizer.tests.drawn_images import draw_word
from text_recognizer.tests.repository import ROOT
from text_recognizer.tooling.data_root import set_mirror


@pytest.fixture(scope="session")
def tiny_weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with tiny_line ("ab"), tiny_word ("ab"), tiny_paragraph and tiny_character."""
    folder = tmp_path_factory.mktemp("weights")
    tiny_models.write_line_artifact(folder, [0.25, 0.75], "ab")
    tiny_models.write_word_artifact(folder)
    tiny_models.write_detector_artifact(folder)
    tiny_models.write_character_artifact(folder)
    return folder


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
def pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with the pictures that examples in docstrings and documents name."""
    support = ROOT / "text_recognizer" / "tests" / "support"
    for name, source in {"page": "page_handlee", "line": "line_handlee", "character": "character_A"}.items():
        shutil.copy(support / f"{source}.png", tmp_path / f"{name}.png")
    draw_word("turnstiles").save(tmp_path / "word.png")
    monkeypatch.chdir(tmp_path)
    return tmp_path
