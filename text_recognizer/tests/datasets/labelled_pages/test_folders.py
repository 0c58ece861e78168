import json
from pathlib import Path

import pytest

from text_recognizer.datasets.labelled_pages.folders import read_page_folder
from text_recognizer.errors import DataError
from text_recognizer.tests.datasets.labelled_pages.toy_pages import LINE, PAGE_XML, write_page, write_pages


def test_pages_of_lines_json_have_splits_and_documents(tmp_path: Path) -> None:
    write_pages(tmp_path / "set", {"a.png": "train", "b.png": "validation"})
    found = read_page_folder(tmp_path)
    assert [(p.id, p.split, p.document) for p in found.pages] == [
        ("set/a.png", "train", "set/a"), ("set/b.png", "validation", "set/b"),
    ]  # fmt: skip
    (line, _) = found.pages[0].lines
    assert (line.polygon, line.baseline, line.text) == (
        tuple(map(tuple, LINE["polygon"])), tuple(map(tuple, LINE["baseline"])), LINE["text"],
    )  # fmt: skip
    assert {path.name for path in found.files} == {"lines.json", "a.png", "b.png"}


def test_page_xml_is_read_and_its_folder_is_its_split(tmp_path: Path) -> None:
    (tmp_path / "train").mkdir()
    write_page(tmp_path / "train" / "p.png")
    (tmp_path / "train" / "p.xml").write_text(PAGE_XML)
    (page,) = read_page_folder(tmp_path).pages
    assert (page.id, page.split, len(page.lines)) == ("train/p", "train", 1)


def test_what_cannot_be_used_is_named_and_the_rest_is_read(tmp_path: Path) -> None:
    write_pages(tmp_path, {"a.png": "train", "b.png": "train", "c.png": "train"})
    (tmp_path / "b.png").unlink()
    described = json.loads((tmp_path / "lines.json").read_text())
    described["c.png"]["lines"] = []
    (tmp_path / "lines.json").write_text(json.dumps(described))
    (tmp_path / "broken.xml").write_text("<PcGts>")
    found = read_page_folder(tmp_path)
    assert [page.id for page in found.pages] == ["a.png"]
    assert found.left_out.keys() == {"b.png", "c.png", "broken"}


@pytest.mark.parametrize("content", ["[", "[]", '{"a.png": {}}', '{"a.png": {"lines": [], "split": "dev"}}'])
def test_damaged_outlines_end_nothing(content: str, tmp_path: Path) -> None:
    (tmp_path / "lines.json").write_text(content)
    assert list(read_page_folder(tmp_path).left_out) == ["lines.json"]


def test_a_folder_without_outlines_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="expected lines.json, or PAGE XML or ALTO"):
        read_page_folder(tmp_path)
    with pytest.raises(DataError, match="There is no folder"):
        read_page_folder(tmp_path / "none")
