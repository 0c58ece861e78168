"""The comparison with Tesseract, with a program of the same name that reads everything as one text."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from evaluation.compare_tesseract import main


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    """A data root that is a folder of two labelled lines."""
    folder = tmp_path / "lines"
    folder.mkdir()
    for name in "ab":
        Image.fromarray(np.full((40, 200), 255, np.uint8)).save(folder / f"{name}.png")
    (folder / "labels.tsv").write_text("a.png\tthe text\nb.png\tthe test\n")
    return folder


@pytest.mark.usefixtures("fake_tesseract")
def test_result_holds_scores_of_both_and_their_ratios(lines: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    assert (
        main(["--data-root", str(lines), "--dataset", "labels", "--weights", "tiny_line", "--json", str(out)])
        == 0
    )
    result = json.loads(out.read_text())
    assert (result["tesseract"], result["n"]) == ("tesseract 0.fake", 2)
    assert result["scores"]["tesseract"]["cer"] == pytest.approx(1 / 16)
    ours, theirs = result["scores"]["ours"], result["scores"]["tesseract_per_process"]
    assert ours["cpu_ms_per_line"] > 0
    for kind, ratio in result["over_ours"]["tesseract_per_process"].items():
        assert ratio == pytest.approx(theirs[kind] / ours[kind])


def test_says_what_is_missing(
    lines: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("PATH", "")
    assert main(["--data-root", str(lines), "--dataset", "labels"]) == 1
    assert "Install Tesseract 5" in caplog.text
