"""Scores of words that a model with known answers reads."""

import json
from pathlib import Path
from typing import Any

import pytest

from evaluation import common
from evaluation.evaluate_word_predictor import main
from evaluation.results_table import table


def evaluate(root: Path, *more: str) -> dict[str, Any]:
    out = root / "out.json"
    assert main(["--data-root", str(root), "--weights", "tiny_word", "--json", str(out), *more]) == 0
    result: dict[str, Any] = json.loads(out.read_text())
    return result


@pytest.mark.slow
def test_all_sets_in_one_table(scene_text: Path, capsys: pytest.CaptureFixture[str]) -> None:
    result = evaluate(scene_text)
    accuracies = {name: row["word_accuracy"] for name, row in result["sets"].items()}
    assert accuracies == {"IIIT5K 2": 0.5, "IC13 2": 1, "IC13 2 (alphanumeric of 3 or more)": 1}
    assert (result["n"], result["word_accuracy"]) == (4, 0.75)
    assert result["one_minus_ned"] == pytest.approx((1 + 0.75 + 1 + 1) / 4)
    assert result["case_of_iiit5k"]["gap"] == -1
    assert result["images_per_second"] > 0
    assert result["ms_per_item"] > 0
    assert result["worst"]["IIIT5K"][0] == {"id": "IIIT5K/2.png", "reference": "bab", "prediction": "baba"}
    assert "| IIIT5K 2 | 50.0% (0.0%-100.0%) |" in capsys.readouterr().out


def test_validation_words_can_be_scored(scene_text: Path) -> None:
    assert evaluate(scene_text, "--split", "validation")["word_accuracy"] == 1


def test_other_folders_and_broken_images(scene_text: Path) -> None:
    (scene_text / "scene_text" / "ic13_test" / "1.png").write_bytes(b"no image")
    result = evaluate(scene_text, "--dataset", "scene_text/ic13_test", "--also", "scene_text/iiit5k_test")
    assert {name: row["word_accuracy"] for name, row in result["sets"].items()} == {
        "ic13_test 3": pytest.approx(2 / 3),
        "iiit5k_test 2": 0.5,
    }
    assert result["n"] == 3, "what was added is no part of the total"


@pytest.mark.slow
def test_the_table_of_results_shows_words(
    scene_text: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(common, "RESULTS", tmp_path / "results")
    assert main(["--data-root", str(scene_text), "--weights", "tiny_word"]) == 0
    assert [path.name for path in (tmp_path / "results").iterdir()] == [
        "word_predictor_tiny_word_on_scene_text_test.json"
    ]
    row = table(tmp_path / "results").splitlines()[2]
    assert row.startswith("| tiny_word | scene_text, test | 4 | word accuracy 75.0% (")
    assert "IIIT5K 2: 50.0%" in row


def test_missing_sets_are_named(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert main(["--data-root", str(tmp_path), "--weights", "tiny_word"]) == 1
    assert "None of the test sets" in caplog.text
