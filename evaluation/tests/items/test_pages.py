from pathlib import Path

import numpy as np
import pytest

from evaluation.items.pages import Page, form_pages, in_order, labelled_pages, layout_errors, load_page
from evaluation.items.texts import TextItem, load_iam
from evaluation.tests.conftest import save
from text_recognizer.predictions.types import LinePrediction, PagePrediction


def page(text: str) -> Page:
    return Page(TextItem("1", "own", Path("none.png"), text))


def read(*texts: str) -> PagePrediction:
    return PagePrediction(tuple(LinePrediction(text, 0.9) for text in texts), 100, 100)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (["the first line", "the second 1ine", "and a third"], True),
        (["the second line", "the first line"], False),
        (["the first line", "zzz", "and a thrd"], True),
        ([], True),
    ],
)
def test_order_of_lines(found: list[str], expected: bool) -> None:
    assert in_order(["the first line", "the second line", "and a third"], found) is expected


def test_layout_errors_count_pages_and_name_those_with_another_number_of_lines() -> None:
    pages = [page("the first\nthe second"), page("alone"), page("another\npage of lines")]
    errors = layout_errors(pages, [read("the first", "the second"), read(), read("page of lines", "another")])
    assert (errors["lines"], errors["pages_without_text"]) == (5, 1)
    assert (errors["pages_out_of_order"], errors["pages_with_wrong_line_count"]) == (1, 1)
    assert [(e["lines_expected"], e["lines_found"], e["in_order"]) for e in errors["layout_errors"]] == [
        (1, 0, True),
        (2, 2, False),
    ]


def test_forms_are_read_whole_or_their_handwriting_alone(iam_root: Path) -> None:
    iam = load_iam(iam_root / "iam")
    (whole,), missing = form_pages(iam, "test", cropped=False)
    (cropped,), _ = form_pages(iam, "test", cropped=True)
    assert (missing, whole.item.text) == (0, "bb\nbbb\nb")
    assert load_page(cropped).size < load_page(whole).size
    assert load_page(cropped).min() < 128, "the handwriting is on it"
    assert {whole.item.source, cropped.item.source} == {"iam_form", "iam_handwriting"}


def test_labelled_pages_have_no_form(tmp_path: Path) -> None:
    save(np.full((8, 9), 255, np.uint8), tmp_path / "1.png")
    (tmp_path / "labels.tsv").write_text("1.png\tone\\ntwo\n")
    (found,), missing = labelled_pages(tmp_path)
    assert (found.form, found.item.text, missing) == (None, "one\ntwo", 0)
    assert load_page(found).shape == (8, 9)
