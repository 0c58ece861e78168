import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from evaluation import common
from evaluation.evaluate_line_predictor import (
    by_image_alone,
    calibration_errors,
    chosen_languages,
    describe_decoder,
    main,
    ruled,
)
from evaluation.items.texts import TextItem, labelled_images
from text_recognizer.inference import artifacts
from text_recognizer.line_predictor import LinePredictor
from text_recognizer.predictions.types import LinePrediction, TextSpan
from text_recognizer.tests import tiny_models
from text_recognizer.tests.datasets.toy_parquet import TEXTS, write_parquet

LabelledFolder = Callable[[dict[str, npt.NDArray[np.uint8]], str], Path]

SHIPPED = artifacts.WEIGHTS_DIR  # before a fixture puts tiny models in its place


def evaluate(root: Path, *more: str) -> dict[str, Any]:
    out = root / "out.json"
    assert main(["--data-root", str(root), "--weights", "tiny_line", "--json", str(out), *more]) == 0
    result: dict[str, Any] = json.loads(out.read_text())
    return result


@pytest.mark.slow
@pytest.mark.parametrize("left_out", ["nothing", "xml", "splits", "manifest"])
def test_iam_lines_of_any_partial_copy(iam_root: Path, left_out: str) -> None:
    path = {"xml": "xml", "splits": "splits", "manifest": "manifest.tsv"}.get(left_out)
    if path is not None:
        (iam_root / "iam" / path).rename(iam_root / "elsewhere")
    result = evaluate(iam_root)
    assert (result["n"], result["missing"]) == (2, 1)
    assert result["characters"] == 5
    assert result["cer"] == pytest.approx(1 / 5)  # "b" for "bb", "bbb" for "bbb"
    assert result["wer"] == 0.5
    assert result["worst"][0] == {"id": "t01-001-00", "reference": "bb", "prediction": "b", "edits": 1}
    assert result["cer_ci95"] == [0.0, 0.5]


def test_iam_lines_as_they_are_published(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    write_parquet(tmp_path / "iam", TEXTS)
    result = evaluate(tmp_path)
    assert (result["n"], result["missing"], list(result["per_source"])) == (2, 0, ["published"])


def test_figures_of_each_image_source(iam_root: Path) -> None:
    sources = evaluate(iam_root)["per_source"]
    assert {name: (s["n"], s["cer"]) for name, s in sources.items()} == {
        "source_0": (1, 0.5),
        "source_1": (1, 0.0),
    }


def test_a_split_without_lines_is_an_error(iam_root: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert main(["--data-root", str(iam_root), "--weights", "tiny_line", "--split", "train"]) == 1
    assert "Choose another --split" in caplog.text


@pytest.mark.parametrize("by_root", [True, False])
def test_any_folder_with_labels(labelled_folder: LabelledFolder, tmp_path: Path, by_root: bool) -> None:
    images = {"images/1.png": tiny_models.draw_bars("bbb"), "images/2.png": tiny_models.draw_bars("bb")}
    folder = labelled_folder(images, "images/1.png\tbbb\nimages/2.png\tbbb\nimages/3.png\tb\n")
    if by_root:
        result = evaluate(folder, "--dataset", "labels")
    else:
        result = evaluate(tmp_path, "--dataset", "other_hands/bars")
    assert (result["n"], result["missing"]) == (2, 1)
    assert result["cer"] == pytest.approx(1 / 6)
    assert set(result["per_source"]) == {"bars"}


def test_an_unreadable_image_counts_as_missed(
    labelled_folder: LabelledFolder, caplog: pytest.LogCaptureFixture
) -> None:
    folder = labelled_folder({"1.png": tiny_models.draw_bars("b")}, "1.png\tb\n2.png\tbbb\n")
    (folder / "2.png").write_bytes(b"no image")
    result = evaluate(folder, "--dataset", "labels")
    assert result["cer"] == 0.75
    assert "2.png counts as blank" in caplog.text


def test_broken_labels_are_named(labelled_folder: LabelledFolder, caplog: pytest.LogCaptureFixture) -> None:
    folder = labelled_folder({}, "no tab in this row")
    arguments = ["--data-root", str(folder), "--weights", "tiny_line", "--dataset", "labels"]
    assert main(arguments) == 1
    assert "no tab in this row" in caplog.text


def test_default_place_of_the_result(
    iam_root: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(common, "RESULTS", tmp_path / "results")
    assert main(["--data-root", str(iam_root), "--weights", "tiny_line"]) == 0
    assert main(["--data-root", str(iam_root), "--weights", "tiny_line", "--limit", "1"]) == 0
    assert sorted(path.name for path in (tmp_path / "results").iterdir()) == [
        "line_predictor_tiny_line_on_iam_test.json",
        "line_predictor_tiny_line_on_iam_test_limit1.json",
    ]
    assert '"cer": 0.2' in capsys.readouterr().out


def test_calibration_errors_are_the_distance_of_confidence_from_right() -> None:
    def read(text: str, confidence: float) -> LinePrediction:
        words = tuple(TextSpan(word, 0.5, 0, 1) for word in text.split())
        return LinePrediction(text, confidence, None, words)

    items = [TextItem(str(number), "own", Path("none.png"), "to be or not") for number in range(2)]
    errors = calibration_errors(items, [read("to be or not", 0.9), read("to xx or not", 0.9)])
    assert errors["word"] == 0.5, "eight words in bins of their own"
    assert 0 < errors["line"] < 0.2
    alone = calibration_errors([TextItem("1", "own", Path("none.png"), "12.50")], [read("12.50", 0.1)])
    assert alone == {"line": 0.0, "word": 0.5}, "the confidence of a number is that of all of it"


def test_a_search_by_the_image_alone_does_not_know_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(artifacts, "WEIGHTS_DIR", SHIPPED)
    predictor = LinePredictor(decoder="beam")
    spelled = [predictor.vocabulary.encode(text) for text in ("the other tima", "the other time")]
    logits = np.full((2 * len(spelled[0]), len(predictor.vocabulary)), -8.0, np.float32)
    logits[1::2, 0] = 8.0  # a blank behind each character
    logits[::2][np.arange(len(spelled[0])), spelled[1]] = 7.9
    logits[::2][np.arange(len(spelled[0])), spelled[0]] = 8.0
    assert predictor.decoder is not None
    assert predictor.decoder.decode(logits).text == "the other time"
    predictor.decoder = by_image_alone(predictor)
    assert predictor.decoder.decode(logits).text == "the other tima"
    assert describe_decoder(predictor)["language_model"] is None


def test_without_a_beam_search_there_is_none_by_the_image_alone(
    iam_root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert main(["--data-root", str(iam_root), "--weights", "tiny_line", "--image-alone"]) == 1
    assert "Add --decoder beam" in caplog.text


def test_a_dark_rule_is_the_same_at_each_call() -> None:
    paper = np.full((64, 300), 230, np.uint8)
    paper[20:40, 100:200:8] = 20
    first, second = (ruled(TextItem("1", "own", paper, "")) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert (first != paper).any(axis=0).all(), "from edge to edge"
    assert first[(first != paper)].max() < 60


def test_lines_of_each_language_are_counted() -> None:
    lines = [LinePrediction("un", 0.9, language=language) for language in ("fr", None, "fr")]
    assert chosen_languages(lines) == {"fr": 2, "none": 1}


def test_a_folder_with_splits_is_scored_on_the_one_asked_for(labelled_folder: LabelledFolder) -> None:
    folder = labelled_folder({f"{n}.png": tiny_models.draw_bars("b") for n in "12"}, "1.png\tb\n2.png\tb\n")
    (folder / "splits").mkdir()
    (folder / "splits" / "test.txt").write_text("2.png\n")
    assert [item.id for item in labelled_images(folder, "own", "test")[0]] == ["2.png"]
    assert len(labelled_images(folder, "own", "validation")[0]) == 2
