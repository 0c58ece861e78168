"""The comparison of what finds lines; kraken is a program of its name, or is not installed."""

import json
from pathlib import Path

import numpy as np
import pytest

from evaluation.compare_lines import line_matches, main, markdown_table
from evaluation.robustness.drawn import TruePage
from text_recognizer.geometry import Region
from text_recognizer.metrics.detection import Matches


def test_boxes_around_outlines_are_matched() -> None:
    page = TruePage("1", ("a",), lambda: np.zeros((9, 9), np.uint8), (Region(0, 0, 100, 20),))
    outlines = json.dumps([[[0, 2], [98, 0], [98, 19]], [[0, 40], [9, 60]]])
    assert line_matches(page, outlines) == Matches(1, 1, 2)
    assert line_matches(page, "[]") == Matches(0, 1, 0)


def test_each_finder_is_a_row() -> None:
    score = {"sets": {"a": {"f1": 0.5}, "b": {"f1": 1.0}}, "cpu_seconds_per_page": 0.25, "peak_mib": 99.6}
    assert markdown_table({"ours": score}).splitlines()[2] == "| ours | 0.500 | 1.000 | 0.25 | 100 |"


@pytest.mark.process
def test_all_find_lines_on_the_same_pages(iam_root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = iam_root / "out.json"
    models = ["--weights", "tiny_line", "--detector", "tiny_paragraph", "--json", str(out)]
    chosen = ["--dataset", "iam", "--limit", "1", "--kraken-python", str(iam_root / "no-python")]
    assert main(["--data-root", str(iam_root), *models, *chosen]) == 0
    result = json.loads(out.read_text())
    read, _, found = result["finders"].values()
    assert (
        read["sets"]["iam"] == found["sets"]["iam"] == {"f1": 2 / 3, "matched": 2, "expected": 3, "found": 3}
    )
    assert found["peak_mib"] > 0
    assert result["n"] == 1
    assert "| lines found by | iam |" in capsys.readouterr().out
