import json
from pathlib import Path
from typing import Any

import pytest
from PIL import ImageFont

from evaluation.evaluate_page_robustness import main, markdown_table, score_row, with_clean
from evaluation.robustness import page_sets, rows
from evaluation.robustness.rows import Row
from evaluation.robustness.textless import TEXTLESS
from text_recognizer.arrays import GrayImage
from text_recognizer.predictions.types import LinePrediction, PagePrediction


def evaluate(root: Path, *more: str) -> dict[str, Any]:
    out = root / "out.json"
    models = ["--weights", "tiny_line", "--detector", "tiny_paragraph"]
    assert main(["--data-root", str(root), *models, "--json", str(out), *more]) == 0
    result: dict[str, Any] = json.loads(out.read_text())
    return result


@pytest.mark.slow
def test_degraded_pages_stand_beside_clean_ones(iam_root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    result = evaluate(iam_root, "--dataset", "iam", "--only", "inverted", "scan-edge")
    clean, edge, inverted = result["rows"]
    assert [row["name"] for row in result["rows"]] == ["clean", "scan-edge", "inverted"]
    assert clean["cer"] == clean["clean_cer"] == edge["clean_cer"] == inverted["clean_cer"] == 0
    assert (clean["expected"], clean["missed"], clean["invented"]) == (3, 0, 0)
    assert 0 < clean["line_f1_50"] <= 1
    assert "line_f1_50" not in edge
    assert edge["command"].endswith("--dataset iam --split test --only scan-edge")
    assert str(iam_root) not in json.dumps(result)
    shown = capsys.readouterr().out
    assert "| clean: the page as it is | iam | 1 | **0.0%** | 0.0% | 3 | 0 | 0 | 0 |" in shown
    assert "pictures without text" not in shown


def test_invented_lines_are_given_per_picture() -> None:
    def ghost(image: GrayImage) -> PagePrediction:
        return PagePrediction((LinePrediction("ghost", 0.9), LinePrediction("gh", 0.2)))

    kind = TEXTLESS["gradient"]
    scores = score_row(Row("gradient", kind.what, "drawn", [kind.page(0), kind.page(1)]), ghost)
    assert (scores["invented"], scores["pages"]) == (4, 2)
    table = markdown_table(with_clean([scores]))
    assert "| gradient: greys that grow in one direction | 2 | 2.0 |" in table
    assert "| **all** | 2 | **2.0** |" in table


@pytest.mark.slow
def test_layouts_have_no_clean_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for module in (page_sets, rows):
        monkeypatch.setattr(module, "hands", lambda count: [ImageFont.load_default(40)] * count)
    (row,) = evaluate(tmp_path, "--only", "words-2", "--limit", "1")["rows"]
    assert row["expected"] == 2
    assert "clean_cer" not in row
    assert "| words-2: two large words or short lines | drawn | 1 |" in capsys.readouterr().out


def test_wrong_names_are_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    models = ["--weights", "tiny_line", "--detector", "tiny_paragraph"]
    assert main(["--data-root", str(tmp_path), *models, "--only", "fire"]) == 1
    assert "There are no rows ['fire']" in caplog.text
    assert all(name in caplog.text for name in ("phone", "table-ruled", "scenery"))
