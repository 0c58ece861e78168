"""The README shows what the result files hold."""

import json
from pathlib import Path

from evaluation.results_table import BEGIN, END, table
from text_recognizer.tooling.readme_block import README, with_block

COMMON = {"weights": "W", "split": "test", "n": 1234, "ms_per_item": 5.04, "hardware": "a machine"}
RESULTS = {
    "b": {
        **COMMON,
        "dataset": "iam",
        "cer": 0.0876,
        "cer_ci95": [0.08, 0.095],
        "wer": 0.25,
        "decoder": "beam",
    },
    "a": {**COMMON, "dataset": "emnist", "accuracy": 0.871},
    "c": {**COMMON, "dataset": "iam_paragraphs", "f1_50": 0.981, "f1_75": 0.7, "mean_iou": 0.83},
}


def test_table_has_a_row_per_result(tmp_path: Path) -> None:
    for name, result in RESULTS.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(result))
    rows = table(tmp_path).splitlines()
    assert rows[2] == "| W | emnist, test | 1,234 | accuracy 87.1% | 5.0 |  |"
    assert rows[3] == "| W | iam, test | 1,234 | **CER 8.8%** (8.0%-9.5%), WER 25.0% | 5.0 | beam search |"
    assert "F1 0.981 at IoU 0.5, mean pixel IoU 0.830" in rows[4]
    assert rows[-1] == "Hardware: a machine."


def test_readme_shows_the_committed_results() -> None:
    text = README.read_text(encoding="utf-8")
    assert with_block(text, BEGIN, END, table()) == text, "run python evaluation/results_table.py"
