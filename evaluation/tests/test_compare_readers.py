"""The comparison of readers of pages; those of others are programs of their names that read what is known."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from evaluation.compare_readers import main, row_score, write_files
from evaluation.robustness.drawn import TruePage
from evaluation.robustness.rows import Row
from text_recognizer.arrays import GrayImage


def blank() -> GrayImage:
    return np.full((30, 40), 250, np.uint8)


PAGES = [TruePage("1", ("two words", "below"), blank), TruePage("2", ("more",), blank)]


def test_line_breaks_count_as_spaces() -> None:
    row = Row("clean", "the page as it is", "drawn", PAGES)
    assert row_score(row, ["two\nwords below ", "more"]) == {"cer": 0}
    assert row_score(row, ["two words below", "mxre"]) == {"cer": 1 / 19}


def test_lines_of_pictures_without_text_are_counted() -> None:
    row = Row("noise", "noise", "drawn", [TruePage("1", (), blank), TruePage("2", (), blank)])
    assert row_score(row, ["a\n\nb", ""]) == {"lines_per_picture": 1}


def test_files_are_the_pages_in_order(tmp_path: Path) -> None:
    paths = write_files([Row("a", "", "drawn", PAGES), Row("b", "", "drawn", PAGES[:1])], tmp_path)
    assert [path.name for path in paths] == ["00000.png", "00001.png", "00002.png"]
    with Image.open(paths[2]) as picture:
        np.testing.assert_array_equal(np.asarray(picture), blank())


@pytest.mark.process
@pytest.mark.usefixtures("fake_tesseract", "fake_rapidocr")
def test_all_read_the_same_pages(iam_root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = iam_root / "out.json"
    models = ["--weights", "tiny_line", "--detector", "tiny_paragraph", "--json", str(out)]
    chosen = ["--dataset", "iam", "--only", "inverted", "gradient", "--limit", "1"]
    python = ["--rapidocr-python", sys.executable]
    assert main(["--data-root", str(iam_root), *models, *chosen, *python]) == 0
    result = json.loads(out.read_text())
    assert [row["name"] for row in result["rows"]] == ["clean", "inverted", "gradient"]
    ours, tesseract, rapid = result["readers"].values()
    assert ours["rows"][0] == {"cer": 0}
    assert tesseract["rows"][0]["cer"] >= 0.8
    assert rapid["rows"][2] == {"lines_per_picture": 2}
    assert ours["peak_mib"] > 0
    assert ours["cpu_seconds_per_page"] > 0
    assert (result["n"], result["missing_readers"]) == (3, {})
    shown = capsys.readouterr().out
    assert "| clean, iam | 1 | 0.0% |" in shown
    assert "| peak memory, MiB | |" in shown
    assert str(iam_root) not in json.dumps(result)
