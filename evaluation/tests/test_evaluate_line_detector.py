import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evaluation.evaluate_line_detector import Found, main, score_page
from evaluation.items.pages import Page, form_pages
from evaluation.items.texts import load_iam
from text_recognizer.datasets.iam.paragraphs_dataset import handwriting_region
from text_recognizer.datasets.pages.line_labels import line_bands, paint_labels
from text_recognizer.geometry import Region


def run(root: Path, *more: str) -> dict[str, Any]:
    out = root / "out.json"
    command = ["--data-root", str(root), "--weights", "tiny_paragraph", "--json", str(out), *more]
    assert main(command) == 0
    result: dict[str, Any] = json.loads(out.read_text())
    return result


def form_page(root: Path, cropped: bool) -> Page:
    return form_pages(load_iam(root / "iam"), "test", cropped)[0][0]


@pytest.mark.parametrize("dataset", ["iam", "iam_forms"])
def test_a_detector_that_finds_the_ink(iam_root: Path, dataset: str) -> None:
    result = run(iam_root, "--dataset", dataset)

    assert (result["n"], result["missing"], result["lines_expected"]) == (1, 0, 3)
    assert 0 <= result["f1_75"] <= result["f1_50"] <= 1
    assert 0 < result["mean_iou"] < 1
    assert result["worst"][0]["id"] == "t01-001"
    assert len(result["weights_sha256"]) == 64


@pytest.mark.parametrize("cropped", [True, False])
def test_the_truth_scores_one_and_a_lost_line_less(iam_root: Path, cropped: bool) -> None:
    page = form_page(iam_root, cropped)
    assert page.form is not None
    crop = handwriting_region(page.form, (9999, 9999))
    x, y = (crop.x1, crop.y1) if cropped else (0, 0)
    bands = [band.shifted(x, y) for band in line_bands([line.words for line in page.form.lines])]
    labels = paint_labels(bands, (300, 400), 0.5)
    regions = [
        Region(r.x1 - x, r.y1 - y, r.x2 - x, r.y2 - y)
        for r in (line.region for line in page.form.lines)
        if r is not None
    ]

    right = score_page(page, Found(regions, labels, 0.5, (600, 800)))
    lost = score_page(page, Found(regions[1:], np.zeros_like(labels), 0.5, (600, 800)))

    assert right.to_dict()["f1_75"] == right.to_dict()["mean_iou"] == right.to_dict()["pixel_accuracy"] == 1
    assert (right.exact_pages, lost.exact_pages) == (1, 0)
    assert lost.to_dict()["f1_50"] == pytest.approx(2 * 2 / 5)
    assert lost.to_dict()["mean_iou"] < 0.4
    assert (right + lost).to_dict()["lines_expected"] == 6


def test_missing_data_is_named(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert main(["--data-root", str(tmp_path), "--weights", "tiny_paragraph"]) == 1
    assert "iam" in caplog.text
