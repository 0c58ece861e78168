"""docs/results.md and the model cards show what the result files hold."""

import json
from pathlib import Path

import pytest

from evaluation.results_table import BEGIN, END, PAGE, card_table, table
from text_recognizer.decoding.language_model.loading import LANGUAGE_MODEL, NGRAMS
from text_recognizer.inference.artifacts import CARD, MANIFEST, ONNX, WEIGHTS_DIR
from text_recognizer.tooling.markdown_block import with_block

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


def test_a_search_without_a_language_model_says_so(tmp_path: Path) -> None:
    result = {**RESULTS["b"], "beam": {"lm_weight": 0.0}}
    (tmp_path / "a.json").write_text(json.dumps(result))
    assert table(tmp_path).splitlines()[2].endswith("| beam search without a language model |")


def test_a_limited_run_is_no_row(tmp_path: Path) -> None:
    for name, limit in (("all", None), ("a_few", 100)):
        result = {**RESULTS["a"], "weights": name, "limit": limit}
        (tmp_path / f"{name}.json").write_text(json.dumps(result))
    assert [row.split(" |")[0] for row in table(tmp_path).splitlines()[2:-2]] == ["| all"]


def test_times_say_on_which_machine_they_were_taken(tmp_path: Path) -> None:
    for name, machine in (("a", "second machine"), ("b", "first machine")):
        (tmp_path / f"{name}.json").write_text(json.dumps({**RESULTS[name], "hardware": machine}))
    rows = table(tmp_path).splitlines()
    assert rows[2].endswith("| 5.0 (b) |  |")
    assert rows[3].endswith("| 5.0 (a) | beam search |")
    assert rows[-1] == "Hardware: (a) first machine; (b) second machine."


def test_card_has_the_rows_of_its_model_and_of_its_int8_model(tmp_path: Path) -> None:
    weights, results = tmp_path / "weights", tmp_path / "results"
    results.mkdir()
    for name, quantization in (("V", {}), ("V8", {"source": "V"}), ("V_small", {}), ("W8", {"source": "W"})):
        (results / f"{name}.json").write_text(json.dumps({**RESULTS["a"], "weights": name}))
        (weights / name).mkdir(parents=True)
        (weights / name / MANIFEST).write_text(json.dumps({"name": name, "quantization": quantization}))
    rows = card_table(weights / "V" / CARD, results).splitlines()
    assert [row.split(" |")[0] for row in rows[2:-2]] == ["| V", "| V8"]


def test_card_has_the_rows_of_pages_and_lines_that_its_model_helped_to_read(tmp_path: Path) -> None:
    weights, results = tmp_path / "weights", tmp_path / "results"
    results.mkdir()
    for name, helpers in (("a", {"detector": "D"}), ("b", {"language_model": "L"}), ("c", {})):
        (results / f"{name}.json").write_text(json.dumps({**RESULTS["b"], "weights": name, **helpers}))
    for model, row in (("D", "| a | pages of iam, test"), ("L", "| b | iam, test")):
        (shown,) = card_table(weights / model / CARD, results).splitlines()[2:-2]
        assert shown.startswith(row)


@pytest.mark.parametrize("card", sorted(WEIGHTS_DIR.glob(f"*/{CARD}")), ids=lambda card: card.parent.name)
def test_model_card_is_of_the_model_beside_it(card: Path) -> None:
    text = card.read_text(encoding="utf-8")
    (manifest,) = (card.parent / name for name in (MANIFEST, LANGUAGE_MODEL) if (card.parent / name).exists())
    described = json.loads(manifest.read_text(encoding="utf-8"))
    digest = next(described["sha256"][name] for name in (ONNX, NGRAMS) if name in described["sha256"])
    assert digest in text, "the card is of other weights: bring it up to date"
    assert f"{described.get('parameters', described.get('ngrams', [0])[-1]):,}" in text
    shown = card_table(card)
    assert with_block(text, BEGIN, END, shown) == text, "run python evaluation/results_table.py"


def test_page_shows_the_committed_results() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert with_block(text, BEGIN, END, table()) == text, "run python evaluation/results_table.py"
