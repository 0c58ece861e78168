"""An int8 detector is a model like any other, and sees what the exact one sees."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import onnx
import pytest

from text_recognizer.datasets.dataset import Split
from text_recognizer.inference import artifacts
from text_recognizer.inference.artifacts import MANIFEST, ONNX, WEIGHTS_DIR
from text_recognizer.line_detector import LineDetector
from text_recognizer.preprocessing.pages import paragraph_input
from text_recognizer.tests.drawn_images import drawn
from training.export import quantize_detector as module
from training.export.quantize_detector import main, quantize_detector, same_labels

FLOAT = "LineDetectorModel_IamParagraphsDataset_fcn"

pytestmark = pytest.mark.slow


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What data sets were asked for; they hold drawn pages, unless the share of the forms is tiny."""
    seen: list[dict[str, Any]] = []
    pages = [np.rint(255 * paragraph_input(image)[0]).astype(np.uint8) for image, _ in drawn("page")[:2]]

    def load(name: str, arguments: dict[str, Any]) -> SimpleNamespace:
        seen.append({"name": name, **arguments})
        images = pages if arguments["subsample_fraction"] > 0.001 else []
        split = Split([str(index) for index in range(len(images))], images, images)
        return SimpleNamespace(train=split, validation=split)

    monkeypatch.setattr(module, "load_dataset", load)
    return seen


def test_the_int8_detector_sees_the_same_lines(asked: list[dict[str, Any]], tmp_path: Path) -> None:
    (tmp_path / FLOAT).symlink_to(WEIGHTS_DIR / FLOAT)
    folder = quantize_detector(FLOAT, "rounded", 0.1, tmp_path)
    assert asked[0]["name"] == "IamParagraphsDataset"
    assert (asked[0]["split"], asked[0]["num_synthetic"], asked[0]["subsample_fraction"]) == (
        "aachen",
        0,
        0.1,
    )
    told = json.loads((folder / MANIFEST).read_text())["quantization"]
    assert told["source"] == FLOAT
    assert told["calibration_pages"] == 2
    assert told["same_labels"] > 0.97
    assert told["same_labels"] == same_labels(
        WEIGHTS_DIR / FLOAT / ONNX, folder / ONNX, [np.rint(255 * paragraph_input(image)[0]).astype(np.uint8)
        for image, _ in drawn("page")[:2]]
    )  # fmt: skip
    operations = [node.op_type for node in onnx.load(folder / ONNX).graph.node]
    assert operations.count("Conv") == 11
    assert "ConvTranspose" not in operations
    assert (folder / ONNX).stat().st_size < (WEIGHTS_DIR / FLOAT / ONNX).stat().st_size / 2
    artifacts.find("rounded", "paragraph", tmp_path)
    exact, rounded = LineDetector(FLOAT), LineDetector("rounded", tmp_path)
    for image, _ in drawn("page"):
        assert len(rounded.predict(image)) == len(exact.predict(image))


def test_without_pages_nothing_is_written(
    asked: list[dict[str, Any]], caplog: pytest.LogCaptureFixture
) -> None:
    assert main([FLOAT, "--name", "nothing", "--share", "0.001"]) == 1
    assert asked
    assert "Name a larger one" in caplog.text
    assert not (WEIGHTS_DIR / "nothing").exists()
