"""FSDL handwriting: the export, its pages and their regions, and what is wrong with them."""

import io
import logging
from pathlib import Path

import pytest
from PIL import Image

from text_recognizer.datasets.fsdl.dataset import FsdlHandwritingDataset, split_by_hash
from text_recognizer.errors import DataError
from text_recognizer.geometry import Region
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
    write_export,
)


def test_the_properties_of_2019(pages: Folder) -> None:
    dataset = load(FsdlHandwritingDataset())
    assert [path.name for path in dataset.page_filenames] == [f"{name}.png" for name in NAMES]
    assert dataset.line_strings_by_id["page_3"] == list(TEXTS)
    first, second, _ = dataset.line_regions_by_id["page_3"]
    assert first == Region(LEFT, TOP, round(0.8 * WIDTH), TOP + LINE)
    assert second.y1 - first.y1 == PITCH
    assert dataset.data_by_page_id["page_3"]["content"] == f"{HOST}/page_3.png"
    assert "8 pages, 8 with an image" in dataset.describe()


def test_regions_follow_the_size_of_the_image_that_is_here(folder: Folder) -> None:
    half = Image.open(io.BytesIO(draw_page())).resize((WIDTH // 2, HEIGHT // 2))
    buffer = io.BytesIO()
    half.save(buffer, format="PNG")
    folder.write([record(f"{HOST}/a.png"), record(f"{HOST}/gone.png")], {"a.png": buffer.getvalue()})
    dataset = load(FsdlHandwritingDataset())
    region = Region(LEFT // 2, TOP // 2, round(0.4 * WIDTH), TOP // 2 + LINE // 2)
    assert dataset.line_regions_by_id["a"][0] == region
    assert dataset.line_regions_by_id["gone"][0].y1 == TOP
    assert list(dataset.missing_pages) == ["gone"]


def test_a_turned_or_other_image_is_named_and_its_lines_left_out(folder: Folder) -> None:
    turned, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = 6
    Image.open(io.BytesIO(draw_page())).save(turned, format="JPEG", exif=exif)
    folder.write(
        [record(f"{HOST}/a.png"), record(f"{HOST}/b.jpg")], {"a.png": draw_page(), "b.jpg": turned.getvalue()}
    )
    dataset = load(FsdlHandwritingDataset())
    assert dataset.line_strings_by_id["b"] == []
    assert "b: expected an image of proportions (600, 800); received (800, 600)" in str(dataset.problems[0])


def test_problems_and_missing_pages_are_logged(folder: Folder, caplog: pytest.LogCaptureFixture) -> None:
    bad = {
        "content": f"{HOST}/a.png",
        "annotation": [annotation(0, "fine"), annotation(1, "x", shape="star")],
    }
    folder.write([bad, record(f"{HOST}/gone.png")], {"a.png": draw_page()})
    with caplog.at_level(logging.WARNING):
        load(FsdlHandwritingDataset())
    assert "Left out a, annotation 1: expected a shape" in caplog.text
    assert "No image of page gone: http://127.0.0.1:9/gone.png cannot be fetched" in caplog.text


def test_without_any_page_the_message_says_what_to_put_where(folder: Folder) -> None:
    folder.write([record(f"{HOST}/{name}.png") for name in NAMES], {})
    with pytest.raises(DataError) as caught:
        FsdlHandwritingDataset().load_or_generate_data()
    message = str(caught.value)
    assert "the 8 page images" in message
    assert "page_0.png, page_1.png" in message
    assert "and 3 more" in message
    assert str(folder.root / "pages") in message
    assert "--mirror" in message
    assert "no longer answer" in message


@pytest.mark.parametrize("offline", ["", "1"])
def test_without_the_export_the_message_says_what_to_put_where(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, offline: str
) -> None:
    monkeypatch.setenv("TEXT_RECOGNIZER_OFFLINE", offline)
    write_export(folder.root, folder.metadata, [record(f"{HOST}/a.png")]).unlink()
    with pytest.raises(DataError) as caught:
        FsdlHandwritingDataset().load_or_generate_data()
    assert "fsdl_handwriting.json" in str(caught.value)
    assert "http://127.0.0.1:9/export" in str(caught.value)
    assert "address of the export of 2019 no longer answers" in str(caught.value)
    assert ("offline mode is on" in str(caught.value)) == bool(offline)


def test_another_export_has_to_be_recorded(pages: Folder) -> None:
    with (pages.root / "fsdl_handwriting.json").open("a") as file:
        file.write("\n")
    with pytest.raises(DataError, match="keep it.*update_fsdl_paragraphs_metadata") as caught:
        FsdlHandwritingDataset().load_or_generate_data()
    assert "Delete" not in str(caught.value), "nobody is told to delete labels"


def test_offline_goes_on_with_what_is_here(pages: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXT_RECOGNIZER_OFFLINE", "1")
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("a socket was opened"))
    (pages.root / "pages" / "page_5.png").unlink()
    dataset = load(FsdlHandwritingDataset())
    assert dataset.missing_pages == {"page_5": "it is missing and offline mode is on"}
    assert len(dataset.page_filenames) == 7


def test_a_mirror_is_read_and_never_written(
    folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirror = Folder(tmp_path / "mirror" / "fsdl_handwriting", folder.metadata)
    mirror.write([record(f"{HOST}/a.png")], {"a.png": draw_page()})
    monkeypatch.setenv("TEXT_RECOGNIZER_MIRROR", str(tmp_path / "mirror"))
    before = sorted((tmp_path / "mirror").rglob("*"))
    dataset = load(FsdlHandwritingDataset())
    assert dataset.page_filenames == [mirror.root / "pages" / "a.png"]
    assert sorted((tmp_path / "mirror").rglob("*")) == before


def test_splits_depend_on_the_name_alone_and_none_is_empty() -> None:
    names = [f"name {i}" for i in range(400)]
    splits = split_by_hash(names)
    assert split_by_hash(reversed(names)) == splits
    assert {name: splits[name] for name in names[:300]} == split_by_hash(names[:300])
    counts = {part: list(splits.values()).count(part) for part in ("train", "validation", "test")}
    assert 240 < counts["train"] < 320
    assert min(counts.values()) > 35
    for size in range(3, 30):
        for start in range(0, 300, 50):
            parts = split_by_hash(names[start : start + size]).values()
            assert set(parts) == {"train", "validation", "test"}
    assert split_by_hash([]) == {}


def test_scans_of_one_page_share_a_split_and_forms_of_iam_are_left_out(folder: Folder) -> None:
    ids = [f"{upload}___{name}" for name in NAMES for upload in ("1f", "2e")] + ["3d___a01-000u", "b02-001"]
    page = draw_page()
    folder.write([record(f"{HOST}/{i}.png") for i in ids], {f"{i}.png": page for i in ids})
    dataset = load(FsdlHandwritingDataset())
    splits = dataset.splits_of_pages()
    assert splits.keys() == set(ids[:-2])
    assert all(splits[f"1f___{name}"] == splits[f"2e___{name}"] for name in NAMES)
    assert set(splits.values()) == {"train", "validation", "test"}
    assert dataset.line_strings_by_id["b02-001"] == list(TEXTS)
