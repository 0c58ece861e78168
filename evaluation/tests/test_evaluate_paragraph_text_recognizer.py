import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from evaluation.evaluate_paragraph_text_recognizer import main
from evaluation.items.pages import form_pages, text_in_place
from evaluation.items.texts import load_iam
from text_recognizer.geometry import Region
from text_recognizer.predictions.types import LinePrediction, PagePrediction
from text_recognizer.tests import tiny_models

LabelledFolder = Callable[[dict[str, npt.NDArray[np.uint8]], str], Path]


def evaluate(root: Path, *more: str) -> dict[str, Any]:
    out = root / "out.json"
    models = ["--weights", "tiny_line", "--detector", "tiny_paragraph"]
    assert main(["--data-root", str(root), *models, "--json", str(out), *more]) == 0
    result: dict[str, Any] = json.loads(out.read_text())
    return result


@pytest.mark.slow
@pytest.mark.parametrize("dataset", ["iam", "iam_forms"])
def test_pages_and_their_lines(iam_root: Path, dataset: str) -> None:
    result = evaluate(iam_root, "--dataset", dataset)
    assert (result["n"], result["missing"], result["lines"]) == (1, 0, 3)
    assert result["worst"][0]["reference"] == "bb\nbbb\nb"
    assert result["worst"][0]["prediction"] == "bb\nbbb\nb"
    assert result["cer"] == 0
    assert result.get("cer_in_place") == (0 if dataset == "iam_forms" else None)
    # The image of line 0 says "b"; line 2 has none, so that its box is read.
    assert result["line_n"] == 3
    assert result["line_cer"] == pytest.approx(1 / 6)
    assert result["line_cer_boxes"] == 0
    assert result["cer_minus_line_cer"] == pytest.approx(-1 / 6)
    assert result["cer_minus_line_cer_boxes"] == 0
    assert result["pages_without_text"] == result["pages_out_of_order"] == 0
    assert result["pages_with_wrong_line_count"] == 0
    assert result["layout_errors"] == []
    assert result["detector"] == "tiny_paragraph"
    assert len(result["detector_sha256"]) == len(result["weights_sha256"]) == 64


@pytest.mark.slow
def test_of_whole_forms_print_may_be_wanted_too(iam_root: Path) -> None:
    result = evaluate(iam_root, "--dataset", "iam_forms_print")
    assert result["worst"][0]["reference"].startswith("Sentence Database ")
    assert result["worst"][0]["reference"].endswith(" bb bbb b bb bbb b Name:")
    assert result["worst"][0]["prediction"] == "bb bbb b"
    assert "lines" not in result
    assert "line_cer" not in result


def test_what_the_truth_of_a_form_lacks_below_its_lines_may_be_left_out(iam_root: Path) -> None:
    (page,), _ = form_pages(load_iam(iam_root / "iam"), "test", cropped=False)
    assert page.form is not None
    foot = max(line.region.y2 for line in page.form.lines if line.region is not None)
    boxes = [line.region for line in page.form.lines] + [Region(10, foot + 60, 90, foot + 100)]
    texts = ["bb", "bbb", "b", "Name: Ann Writer"]
    lines = tuple(LinePrediction(text, 1.0, region=box) for text, box in zip(texts, boxes, strict=True))
    assert text_in_place(page, PagePrediction(lines)) == page.item.text


@pytest.mark.slow
def test_lines_of_one_kind_may_be_scored_alone(iam_root: Path) -> None:
    kinds = {kind: evaluate(iam_root, "--only", kind) for kind in ("handwriting", "print")}
    texts = [result["worst"][0]["prediction"] for result in kinds.values()]
    assert sorted("\n".join(texts).split()) == ["b", "bb", "bbb"], "no line is of both kinds"
    assert [result["only"] for result in kinds.values()] == [*kinds]


@pytest.mark.slow
def test_layout_errors_of_labelled_pages(labelled_folder: LabelledFolder) -> None:
    pages = {"1.png": tiny_models.draw_page([2, 3]), "2.png": np.full((300, 300), 255, np.uint8)}
    result = evaluate(labelled_folder(pages, "1.png\tbb\\nbbb\\nb\n2.png\tbb\n"), "--dataset", "labels")
    assert (result["pages_without_text"], result["pages_with_wrong_line_count"]) == (1, 2)
    assert result["layout_errors"] == [
        {"id": "1.png", "lines_expected": 3, "lines_found": 2, "empty": False, "in_order": True},
        {"id": "2.png", "lines_expected": 1, "lines_found": 0, "empty": True, "in_order": True},
    ]
    assert result["characters"] == 10  # a line break counts as one
    assert result["cer"] == pytest.approx(4 / 10)
    assert "line_cer" not in result
