"""Kept logits are found again only if nothing changed that they depend on."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from text_recognizer.arrays import InkMap, Logits
from text_recognizer.datasets.files import hashes
from text_recognizer.datasets.iam.form import FormLine
from text_recognizer.errors import DataError
from text_recognizer.line_predictor import LinePredictor
from text_recognizer.tests import tiny_models
from training.decoding.line_logits import line_logits


@pytest.fixture(autouse=True)
def own_data_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXT_RECOGNIZER_DATA_ROOT", str(tmp_path / "data"))


@pytest.fixture
def predictor(tmp_path: Path) -> LinePredictor:
    return LinePredictor(
        tiny_models.write_line_artifact(tmp_path / "weights", [0.25, 0.75], "ab"), tmp_path / "weights"
    )


def write_line(folder: Path, name: str, bars: str) -> FormLine:
    """A line whose writing leans by 0.8 columns a row, so that normalization changes it."""
    image = Image.fromarray(np.pad(tiny_models.draw_bars(bars), 20, constant_values=255))
    leaning = (1, 0.8, -0.4 * image.height, 0, 1, 0)
    image = image.transform(image.size, Image.Transform.AFFINE, leaning, fillcolor=255)
    image.save(folder / f"{name}.png")
    return FormLine(name, bars, None, (), folder / f"{name}.png")


def count_runs(predictor: LinePredictor, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Returns a list that gets an entry whenever the network runs."""
    runs: list[int] = []
    run = predictor.predict_logits

    def counted(lines: list[InkMap]) -> list[Logits]:
        runs.append(len(lines))
        return [*run(lines)]

    monkeypatch.setattr(predictor, "predict_logits", counted)
    return runs


def test_logits_are_computed_once(
    tmp_path: Path, predictor: LinePredictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [write_line(tmp_path, "1", "baab"), write_line(tmp_path, "2", "ab")]
    runs = count_runs(predictor, monkeypatch)
    first, second = line_logits(predictor, lines), line_logits(predictor, lines)
    assert runs == [1, 1]
    assert [(line.id, line.text) for line in first] == [("1", "baab"), ("2", "ab")]
    for kept, again, line in zip(first, second, lines, strict=True):
        assert line.image_path is not None
        (true,) = predictor.predict_logits([predictor.prepare(line.image_path)])
        np.testing.assert_allclose(kept.logits, true, atol=0.01, rtol=0.01)
        np.testing.assert_array_equal(kept.logits, again.logits)


def test_another_image_under_the_same_id_is_read_anew(tmp_path: Path, predictor: LinePredictor) -> None:
    before = line_logits(predictor, [write_line(tmp_path, "1", "baab")])
    after = line_logits(predictor, [write_line(tmp_path, "1", "ba")])
    assert before[0].logits.shape != after[0].logits.shape


def test_another_input_in_the_manifest_is_prepared_anew(tmp_path: Path, predictor: LinePredictor) -> None:
    lines = [write_line(tmp_path, "1", "baab")]
    line_logits(predictor, lines)
    shutil.copytree(tmp_path / "weights", tmp_path / "normalized")
    path = tmp_path / "normalized" / "tiny_line" / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["input"]["normalize"] = True
    path.write_text(json.dumps(manifest))
    other = LinePredictor("tiny_line", tmp_path / "normalized")
    assert other.artifact.sha256 == predictor.artifact.sha256
    (kept,) = line_logits(other, lines)
    assert lines[0].image_path is not None
    (true,) = other.predict_logits([other.prepare(lines[0].image_path)])
    np.testing.assert_allclose(kept.logits, true, atol=0.01, rtol=0.01)


def test_other_preprocessing_is_noticed(
    tmp_path: Path, predictor: LinePredictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [write_line(tmp_path, "1", "ab")]
    runs = count_runs(predictor, monkeypatch)
    line_logits(predictor, lines)
    monkeypatch.setattr(hashes, "preprocessing_version", lambda: "another one")
    line_logits(predictor, lines)
    assert runs == [1, 1]


def test_unreadable_images_are_left_out_and_named(
    tmp_path: Path, predictor: LinePredictor, caplog: pytest.LogCaptureFixture
) -> None:
    good, bad = write_line(tmp_path, "1", "ab"), write_line(tmp_path, "2", "b")
    assert bad.image_path is not None
    bad.image_path.write_bytes(b"not an image")
    assert [line.id for line in line_logits(predictor, [good, bad])] == ["1"]
    assert "Left out 2" in caplog.text
    with pytest.raises(DataError, match="None of the line images"):
        line_logits(predictor, [bad])
