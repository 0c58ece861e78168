"""FSDL handwriting as lines to train on, and what lines and paragraphs share."""

import logging
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from text_recognizer.datasets import DATASETS
from text_recognizer.datasets.fsdl.lines_dataset import FsdlHandwritingLinesDataset
from text_recognizer.datasets.fsdl.paragraphs_dataset import FsdlHandwritingParagraphsDataset
from text_recognizer.datasets.iam.lines_dataset import IamLinesDataset
from text_recognizer.datasets.iam.paragraphs_dataset import IamParagraphsDataset
from text_recognizer.datasets.inspection import run
from text_recognizer.errors import DataError
from text_recognizer.tests.datasets.fsdl.folder import HOST, NAMES, Folder, load
from text_recognizer.tests.datasets.fsdl_pages import (
    HEIGHT,
    LEFT,
    LINE,
    PITCH,
    TEXTS,
    TOP,
    WIDTH,
    annotation,
    draw_page,
    record,
)

pytestmark = pytest.mark.slow


def test_lines_are_cut_inked_and_split_by_page(pages: Folder) -> None:
    dataset = load(FsdlHandwritingLinesDataset())
    found = {
        name: {line_id.rpartition("-")[0] for line_id in split.ids} for name, split in dataset.splits.items()
    }
    assert all(found.values())
    assert sum(map(len, found.values())) == len(set().union(*found.values())) == 8
    index = list(dataset.train.ids).index(f"{min(found['train'])}-01")
    image = dataset.train.images[index]
    assert dataset.train.targets[index] == TEXTS[1]
    assert image.dtype == np.uint8
    assert image.shape[0] == 64
    assert image.max() > 200
    assert not image[:, :16].any(), "margin"
    assert "no writers are known" in dataset.describe()


def test_lines_that_cannot_be_used_are_named_or_counted(
    folder: Folder, caplog: pytest.LogCaptureFixture
) -> None:
    lines = [annotation(0, "One \u201cfine\u201d day"), annotation(1, "caf\u00e9"), annotation(2, "")]
    lines += [annotation(5, "no ink here")]
    names = ["a", "b", "c", "broken"]
    content = {f"{name}.png": draw_page() for name in names}
    folder.write([{"content": f"{HOST}/{name}.png", "annotation": lines} for name in names], content)
    with caplog.at_level(logging.WARNING):
        dataset = load(FsdlHandwritingLinesDataset())
    texts = [text for split in dataset.splits.values() for text in split.targets]
    assert texts == ['One "fine" day'] * 4
    assert dataset.skipped["a-01"] == "characters 'é' are not in the vocabulary"
    assert dataset.skipped["b-03"] == "there is no ink in its box"
    assert dataset.without_text == 4
    assert "Skipped a-01" in caplog.text


def test_a_broken_page_of_the_mirror_is_named_and_the_others_are_used(
    folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirror = Folder(tmp_path / "mirror" / "fsdl_handwriting", folder.metadata)
    content = {f"{name}.jpg": draw_page(suffix=".jpg") for name in NAMES}
    content["page_2.jpg"] = content["page_2.jpg"][:5000]
    mirror.write([record(f"{HOST}/{name}.jpg") for name in NAMES], content)
    monkeypatch.setenv("TEXT_RECOGNIZER_MIRROR", str(tmp_path / "mirror"))
    lines, paragraphs = load(FsdlHandwritingLinesDataset()), load(FsdlHandwritingParagraphsDataset())
    assert sum(map(len, lines.splits.values())) == 21
    assert "damaged" in lines.skipped["page_2-00"]
    assert paragraphs.unreadable == ["page_2"]
    assert sum(map(len, paragraphs.splits.values())) == 7
    assert load(FsdlHandwritingLinesDataset()).skipped == lines.skipped, "also from the cache"
    assert load(FsdlHandwritingParagraphsDataset()).unreadable == paragraphs.unreadable


def test_ink_outside_of_a_polygon_is_left_out(folder: Folder) -> None:
    """A polygon around the first line only, in a box that reaches into the second."""
    x1, x2, y1 = LEFT / WIDTH, 0.8, TOP / HEIGHT
    below = (TOP + PITCH + LINE) / HEIGHT
    corners = [[x1, y1], [x2, y1], [x2, below], [x2 - 0.01, y1 + LINE / HEIGHT], [x1, y1 + LINE / HEIGHT]]
    slanted = annotation(0, TEXTS[0], shape="polygon", points=corners)
    content = {f"{name}.png": draw_page() for name in ("a", "b", "c", "d")}
    entries = [
        {"content": f"{HOST}/{name}", "annotation": [slanted, annotation(0, TEXTS[0])]} for name in content
    ]
    folder.write(entries, content)
    split = load(FsdlHandwritingLinesDataset()).train
    polygon, rectangle = (split.images[i].astype(float) for i in range(2))
    width = min(polygon.shape[1], rectangle.shape[1])
    assert abs(polygon.shape[1] - rectangle.shape[1]) <= 8
    assert np.abs(polygon[:, :width] - rectangle[:, :width]).mean() < 12


@pytest.mark.parametrize("cls", [FsdlHandwritingLinesDataset, FsdlHandwritingParagraphsDataset])
def test_nothing_to_train_on_is_an_error(folder: Folder, cls: type) -> None:
    folder.write([record(f"{HOST}/a.png", ["", ""])], {"a.png": draw_page()})
    with pytest.raises(
        DataError, match="no line to train on: 2 lines have no text|on 1 pages with lines none has a text"
    ):
        cls().load_or_generate_data()


@pytest.mark.parametrize("cls", [FsdlHandwritingLinesDataset, FsdlHandwritingParagraphsDataset])
def test_the_second_load_comes_from_the_cache_and_is_equal(
    pages: Folder, cls: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = load(cls())
    monkeypatch.setattr(f"{cls.__module__}.load_image", lambda path: pytest.fail(f"built anew from {path}"))
    second = load(cls())
    assert first.data_hash == second.data_hash
    for name, split in first.splits.items():
        assert list(split.ids) == list(second.splits[name].ids)
        for a, b in zip(split.images, second.splits[name].images, strict=True):
            np.testing.assert_array_equal(a, b)


def test_parameters_change_size_and_hash(pages: Folder) -> None:
    free, fixed = load(FsdlHandwritingLinesDataset()), load(FsdlHandwritingLinesDataset(height=28, width=400))
    assert free.data_hash != fixed.data_hash
    assert {image.shape for image in fixed.train.images} == {(28, 400)}


@pytest.mark.parametrize(
    ("name", "like", "arguments"),
    [
        ("FsdlHandwritingLinesDataset", IamLinesDataset, {}),
        ("FsdlHandwritingLinesDataset", IamLinesDataset, {"height": 28, "width": 952}),
        ("FsdlHandwritingParagraphsDataset", IamParagraphsDataset, {}),
    ],
)
def test_shapes_are_those_of_iam(name: str, like: type, arguments: dict[str, int]) -> None:
    ours, theirs = DATASETS[name](**arguments), like(**arguments)
    assert (ours.input_shape, ours.output_shape) == (theirs.input_shape, theirs.output_shape)


@pytest.mark.parametrize("kind", ["", "Lines", "Paragraphs"])
def test_the_command_saves_a_contact_sheet(
    pages: Folder, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([f"FsdlHandwriting{kind}Dataset"]) == 0
    path = Path(capsys.readouterr().out.rpartition("Contact sheet: ")[2].strip())
    with Image.open(path) as sheet:
        assert sheet.width == 1400
