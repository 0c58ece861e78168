from pathlib import Path

import pytest
from PIL import Image

from text_recognizer.inference import artifacts
from text_recognizer.line_detector import DEFAULT_DETECTOR_MODEL
from text_recognizer.line_predictor import DEFAULT_LINE_MODEL
from text_recognizer.tests import tiny_models
from text_recognizer.tests.tiny_models import draw_page
from text_recognizer.word_predictor import DEFAULT_WORD_MODEL


@pytest.fixture(autouse=True)
def weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the tiny models stand for the shipped ones."""
    folder = tmp_path / "weights"
    for default, name in [
        (DEFAULT_LINE_MODEL, tiny_models.write_line_artifact(folder, [0.4], "b")),
        (DEFAULT_DETECTOR_MODEL, tiny_models.write_detector_artifact(folder)),
        (DEFAULT_WORD_MODEL, tiny_models.write_word_artifact(folder)),
    ]:
        (folder / name).rename(folder / default)
    tiny_models.write_line_artifact(folder, [0.4], "x")
    monkeypatch.setattr(artifacts, "WEIGHTS_DIR", folder)
    return folder


@pytest.fixture
def pages(tmp_path: Path) -> list[str]:
    paths = [tmp_path / "one.png", tmp_path / "two.png"]
    for path, counts in zip(paths, [[2, 3], [4]], strict=True):
        Image.fromarray(draw_page(counts)).save(path)
    return [str(path) for path in paths]
