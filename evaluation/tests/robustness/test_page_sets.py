import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from evaluation.robustness.page_sets import page_set
from evaluation.tests.conftest import save, save_text
from text_recognizer.errors import DataError
from text_recognizer.geometry import Region
from text_recognizer.tests import tiny_models
from text_recognizer.tooling.data_root import set_mirror


@pytest.mark.usefixtures("plain_hands")
def test_drawn_pages() -> None:
    assert [page.id for page in page_set("drawn", "test", 2)] == ["drawn 1", "drawn 2"]
    assert len(page_set("drawn", "test", None)) == 10


@pytest.mark.parametrize("name", ["iam", "iam_forms"])
def test_boxes_of_forms_lie_on_the_lines(iam_root: Path, name: str) -> None:
    set_mirror(iam_root)
    (page,) = page_set(name, "test", None)
    image = page.load()
    assert page.lines == ("bb", "bbb", "b")
    assert len(page.regions) == 3
    for box in page.regions:
        assert (image[box.y1 : box.y2, box.x1 : box.x2] < 128).any()
        image[box.y1 : box.y2, box.x1 : box.x2] = 255
    assert (image > 128).all()


def test_print_of_forms_is_wanted_too(iam_root: Path) -> None:
    set_mirror(iam_root)
    (page,) = page_set("iam_forms_print", "test", None)
    assert {"bb", "bbb", "b"} < set(page.lines), "the handwriting and more"
    assert page.regions == ()


@pytest.fixture
def outlined(tmp_path: Path) -> Path:
    """A data root with a folder of two pages whose lines have polygons, and one without lines."""
    folder = tmp_path / "hand_pages" / "bars"
    line = {"polygon": [[40, 60], [300, 64], [300, 160], [40, 150]], "text": "bb", "baseline": []}
    blank = {"polygon": [[0, 0], [1, 1], [0, 1]], "text": " "}
    pages = {
        "1.png": {"split": "test", "lines": [line, blank]},
        "2.png": {"split": "train", "lines": [line]},
        "3.png": {"split": "test", "lines": []},
    }
    save(tiny_models.draw_page([2]), folder / "1.png")
    save_text(json.dumps(pages), folder / "lines.json")
    set_mirror(tmp_path)
    return folder


def test_outlined_pages_have_texts_and_boxes(outlined: Path) -> None:
    (page,) = page_set("hand_pages/bars", "test", None)
    assert (page.id, page.lines) == ("hand_pages/bars/1.png", ("bb",))
    assert page.regions == (Region(40, 60, 300, 160),)
    assert page.load().shape == tiny_models.draw_page([2]).shape


def test_what_is_damaged_or_missing_is_named(outlined: Path) -> None:
    with pytest.raises(DataError, match="--mirror"):
        page_set("hand_pages/none", "test", None)
    with pytest.raises(DataError, match="no items"):
        page_set("hand_pages/bars", "validation", None)
    save_text('{"1.png": {"split": "test"}}', outlined / "lines.json")
    with pytest.raises(DataError, match="damaged"):
        page_set("hand_pages/bars", "test", None)


def test_labelled_folders(
    labelled_folder: Callable[[dict[str, npt.NDArray[np.uint8]], str], Path], tmp_path: Path
) -> None:
    labelled_folder({"1.png": tiny_models.draw_page([1, 2])}, "1.png\tb\\nbb\n")
    set_mirror(tmp_path)
    (page,) = page_set("other_hands/bars", "test", None)
    assert (page.lines, page.regions) == (("b", "bb"), ())
