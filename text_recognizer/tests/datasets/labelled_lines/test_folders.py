from pathlib import Path

import pytest

from text_recognizer.datasets.labelled_lines.folders import read_line_folder
from text_recognizer.errors import DataError
from text_recognizer.formats.page_xml import to_page_xml
from text_recognizer.tests.datasets.labelled_lines.test_page_documents import page
from text_recognizer.tests.datasets.toy_words import write_images, write_labelled


def test_a_table_with_documents_and_splits(tmp_path: Path) -> None:
    write_labelled(tmp_path, {"a.png": "one", "b.png": "two", "c.png": " "})
    with (tmp_path / "labels.tsv").open("a") as file:
        file.write("no tab\nd.png\tgone\n")
    (tmp_path / "documents.tsv").write_text("a.png\tx\nb.png\ty\n")
    (tmp_path / "splits").mkdir()
    (tmp_path / "splits" / "test.txt").write_text("b.png\n")
    found = read_line_folder(tmp_path)
    assert [(line.id, line.text, line.group) for line in found.images] == [
        ("a.png", "one", "x"),
        ("b.png", "two", "y"),
    ]
    assert found.splits == {"b.png": "test"}
    assert found.left_out == {
        "c.png": "it has no text", "d.png": "it has no image",
        "labels.tsv, line 4": "it is no 'image<TAB>text'",
    }  # fmt: skip
    assert tmp_path / "a.png" in found.files


def test_pairs_and_documents_in_folders_below(tmp_path: Path) -> None:
    write_images(tmp_path / "train", {"1.png": "one", "2.png": "two"})
    (tmp_path / "train" / "1.gt.txt").write_text("one\n")
    (tmp_path / "train" / "2.gt.txt").write_bytes(b"\xff\xfe")
    (tmp_path / "train" / "3.gt.txt").write_text("three")
    write_images(tmp_path, {"page.png": "a page of one long line"})
    (tmp_path / "page.xml").write_text(to_page_xml(page()))
    (tmp_path / "other.xml").write_text("<html/>")
    found = read_line_folder(tmp_path)
    assert found.form == "*.gt.txt and XML"
    assert [(line.id, line.text) for line in found.images] == [("train/1", "one\n"), ("page/line_1", "to be")]
    assert found.splits == {"train/1": "train"}
    assert set(found.left_out) == {"train/2", "train/3", "other"}
    assert found.images[1].load().shape[0] > 20
    assert found.images[1].group == "page"


def test_a_damaged_table_ends_nothing(tmp_path: Path) -> None:
    write_labelled(tmp_path / "good", {"a.png": "one"})
    write_labelled(tmp_path / "bad", {"a.png": "one"})
    (tmp_path / "bad" / "labels.tsv").write_bytes(b"a.png\t\xff\n")
    found = read_line_folder(tmp_path)
    assert [line.id for line in found.images] == ["good/a.png"]
    assert "UTF-8" in found.left_out["bad/labels.tsv"]


def test_no_folder_and_no_labels_are_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no folder"):
        read_line_folder(tmp_path / "none")
    with pytest.raises(DataError, match=r"labels\.tsv .*gt\.txt.* PAGE XML or ALTO"):
        read_line_folder(tmp_path)
