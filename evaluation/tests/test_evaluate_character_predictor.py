import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from evaluation.evaluate_character_predictor import main
from text_recognizer.inference import artifacts


def evaluate(root: Path, *more: str) -> dict[str, Any]:
    out = root / "out.json"
    assert main(["--data-root", str(root), "--weights", "tiny_character", "--json", str(out), *more]) == 0
    result: dict[str, Any] = json.loads(out.read_text())
    return result


def test_accuracy_on_a_root_that_holds_the_test_files_alone(emnist_root: Path) -> None:
    result = evaluate(emnist_root)
    assert result["n"] == 4
    assert result["accuracy"] == 0.5
    assert result["per_class"] == {"L": 0.0, "l": pytest.approx(2 / 3)}
    assert {(row["id"], row["reference"], row["prediction"]) for row in result["worst"]} == {
        ("test-000002", "L", "l"),
        ("test-000003", "l", "-"),
    }
    low, high = result["accuracy_ci95"]
    assert 0 <= low < 0.5 < high <= 1


def test_result_says_how_it_was_made(emnist_root: Path) -> None:
    result = evaluate(emnist_root)
    model = artifacts.WEIGHTS_DIR / "tiny_character" / "model.onnx"
    assert result["weights_sha256"] == hashlib.sha256(model.read_bytes()).hexdigest()
    assert result["weights"] == "tiny_character"
    assert re.fullmatch(r"[0-9a-f]{40}\+?|unknown", result["commit"])
    assert result["hardware"].endswith(" cores")
    assert result["ms_per_item"] > 0


def test_limit_spreads_the_items(emnist_root: Path) -> None:
    result = evaluate(emnist_root, "--limit", "2")  # items 0 and 2
    assert (result["n"], result["accuracy"], result["limit"]) == (2, 0.5, 2)


def test_damaged_files_are_named(emnist_root: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = emnist_root / "emnist" / "emnist-byclass-test-labels-idx1-ubyte.gz"
    path.write_bytes(path.read_bytes()[:-12])
    assert main(["--data-root", str(emnist_root), "--weights", "tiny_character"]) == 1
    assert path.name in caplog.text


def test_missing_data_and_missing_weights_are_named(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert main(["--data-root", str(tmp_path), "--weights", "tiny_character"]) == 1
    assert "Name the folder that holds emnist/ with --mirror" in caplog.text
    assert main(["--data-root", str(tmp_path), "--weights", "tiny_line"]) == 1
    assert "which is for line images" in caplog.text
