from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from text_recognizer import LinePrediction, PagePrediction
from text_recognizer.datasets import LabelledLinesDataset
from text_recognizer.datasets.dataset import Split
from text_recognizer.errors import DataError
from training.fine_tuning import pages
from training.fine_tuning.pages import page_lines, sure_lines

POLYGONS = (((10, 10), (190, 10), (190, 50), (10, 50)), ((10, 60), (100, 60), (100, 100), (10, 100)))


class Recognizer:
    """Finds two lines on every page."""

    def __init__(self, line_predictor: object) -> None:
        pass

    def predict(self, image: object, only: str) -> PagePrediction:
        return PagePrediction(tuple(LinePrediction("", 0.5, polygon=polygon) for polygon in POLYGONS))


@pytest.fixture(autouse=True)
def no_models(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "ParagraphTextRecognizer", Recognizer)
    monkeypatch.setattr(pages, "LinePredictor", lambda decoder: None)


def test_lines_are_cut_out_and_what_cannot_be_read_is_named(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "more").mkdir()
    for path in (tmp_path / "a.png", tmp_path / "more" / "b.png"):
        page = Image.new("L", (200, 120), 255)
        page.paste(0, (20, 20, 90, 40))
        page.save(path)
    (tmp_path / "broken.png").write_bytes(b"no image")
    lines = page_lines([str(tmp_path)], LabelledLinesDataset(["own"], height=32))
    assert len(lines) == 4
    assert {image.shape[0] for image in lines.images} == {32}
    assert all(name.endswith((" 0", " 1")) for name in lines.ids)
    assert "broken.png" in caplog.text


def test_a_folder_without_pages_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="names no file"):
        page_lines([str(tmp_path)], LabelledLinesDataset(["own"]))


def test_sure_readings_that_are_no_specks_become_labels() -> None:
    lines = Split([*"abcd"], [np.zeros((8, 9), np.uint8)] * 4, [""] * 4)
    readings = [("to be or", 0.95), ("not to be", 0.5), (".", 0.99), ("that is", 0.81)]
    sure = sure_lines(lines, readings)
    assert (sure.ids, sure.targets) == (["a", "d"], ["to be or", "that is"])
