"""Everything that can be wrong in an export is named with its page and place; the rest is used."""

import json
from pathlib import Path

import pytest

from text_recognizer.datasets.fsdl.export import ExportPage, Problem, read_export
from text_recognizer.errors import DataError
from text_recognizer.tests.datasets.fsdl_pages import LEFT, TOP, WIDTH, annotation, record

URL = "http://127.0.0.1/a.png"


def read(tmp_path: Path, *records: object) -> tuple[dict[str, ExportPage], list[Problem]]:
    rows = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in records]
    (tmp_path / "export.json").write_text("\n".join(rows), encoding="utf-8")
    return read_export(tmp_path / "export.json")


def page_with(*annotations: object) -> dict[str, object]:
    return {"content": URL, "annotation": list(annotations)}


def test_a_page_with_its_lines(tmp_path: Path) -> None:
    pages, problems = read(tmp_path, record("https://host/dir/8a4f___Vv_%28Name%29_1.jpg?x=1", ["One", ""]))
    page = pages["8a4f___Vv_(Name)_1"]
    assert not problems
    assert (page.filename, page.size) == ("8a4f___Vv_(Name)_1.jpg", (600, 800))
    assert [(line.index, line.text) for line in page.lines] == [(0, "One"), (1, "")]
    assert page.lines[0].points == ((LEFT / WIDTH, TOP / 800), (0.8, (TOP + 44) / 800))
    assert page.record["extras"] is None


@pytest.mark.parametrize("nothing", [None, [], "absent"])
def test_a_page_that_nobody_has_labelled(tmp_path: Path, nothing: object) -> None:
    page = {"content": URL} if nothing == "absent" else {"content": URL, "annotation": nothing}
    pages, problems = read(tmp_path, page)
    assert pages["a"].lines == ()
    assert not problems


def test_texts_get_plain_quotes_dashes_and_spaces(tmp_path: Path) -> None:
    text = "\u201cIt\u2019s\u201d \u2013\u00a0he\n said\u2026 "
    pages, _ = read(tmp_path, page_with(annotation(0, text)))
    assert pages["a"].lines[0].text == '"It\'s" - he said...'


def test_a_missing_text_is_an_empty_one(tmp_path: Path) -> None:
    pages, problems = read(tmp_path, page_with(annotation(0, None), annotation(1, "absent")))
    assert [line.text for line in pages["a"].lines] == ["", ""]
    assert not problems


def test_a_polygon_keeps_its_corners_and_a_slip_over_the_edge_is_moved_to_it(tmp_path: Path) -> None:
    corners = [[-0.004, 0.1], [1.003, 0.2], [0.5, 0.3]]
    pages, problems = read(tmp_path, page_with(annotation(0, "x", shape="polygon", points=corners)))
    assert not problems
    assert pages["a"].lines[0].points == ((0.0, 0.1), (1.0, 0.2), (0.5, 0.3))


NAN, HUGE = float("nan"), 10**400
BAD = {
    "not an object": "text",
    "null": None,
    "other label": annotation(0, "x", label=["figure"]),
    "other shape": annotation(0, "x", shape="circle"),
    "text is a number": annotation(0, 7),
    "no points": annotation(0, "x", points="absent"),
    "points are null": annotation(0, "x", points=None),
    "one point": annotation(0, "x", points=[[0.1, 0.1]]),
    "polygon of two": annotation(0, "x", shape="polygon", points=[[0.1, 0.1], [0.2, 0.2]]),
    "point of three": annotation(0, "x", points=[[0.1, 0.1, 0], [0.2, 0.2, 0]]),
    "point of texts": annotation(0, "x", points=[["0.1", "0.1"], ["0.2", "0.2"]]),
    "point of booleans": annotation(0, "x", points=[[False, False], [True, True]]),
    "not a number": annotation(0, "x", points=[[NAN, 0.1], [0.2, 0.2]]),
    "too large for a float": annotation(0, "x", points=[[HUGE, 0.1], [0.2, 0.2]]),
    "pixels": annotation(0, "x", points=[[60, 100], [400, 140]]),
    "negative": annotation(0, "x", points=[[-0.5, 0.1], [0.2, 0.2]]),
    "no area": annotation(0, "x", points=[[0.1, 0.1], [0.5, 0.1]]),
    "no width": annotation(0, "x", imageWidth="absent"),
    "height 0": annotation(0, "x", imageHeight=0),
    "height is a text": annotation(0, "x", imageHeight="800"),
    "half a pixel": annotation(0, "x", imageWidth=600.5),
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
def test_a_bad_annotation_is_named_and_the_others_are_kept(tmp_path: Path, bad: object) -> None:
    pages, problems = read(tmp_path, page_with(annotation(0, "first"), bad, annotation(2, "third")))
    assert [line.index for line in pages["a"].lines] == [0, 2]
    assert [(problem.page, problem.index) for problem in problems] == [("a", 1)]
    assert str(problems[0]).startswith("a, annotation 1: expected ")
    assert len(str(problems[0])) < 250


def test_another_size_on_the_same_page_is_named(tmp_path: Path) -> None:
    pages, problems = read(tmp_path, page_with(annotation(0, "x"), annotation(1, "y", imageWidth=1200)))
    assert len(pages["a"].lines) == 1
    assert "(600, 800) as before; received (1200, 800)" in str(problems[0])


def test_annotations_that_are_no_list_are_named(tmp_path: Path) -> None:
    pages, problems = read(tmp_path, {"content": URL, "annotation": {"0": annotation(0, "x")}})
    assert pages["a"].lines == ()
    assert "a: expected a list" in str(problems[0])


@pytest.mark.parametrize(
    "row",
    [
        '{"content": ',
        "[1, 2]",
        "[" * 100_000,
        {"annotation": []},
        {"content": 7},
        {"content": "file:///etc/passwd"},
        {"content": "http://[broken"},
        {"content": "http://host/"},
        {"content": "http://host"},
        {"content": "http://host/" + "x" * 300},
        record(URL),
    ],
    ids=lambda row: str(row)[:30],
)
def test_a_bad_record_is_named_by_its_line(tmp_path: Path, row: object) -> None:
    pages, problems = read(tmp_path, record(URL, ["x"]), "", row)
    assert list(pages) == ["a"]
    assert len(problems) == 1
    assert "line 3" in str(problems[0])


def test_names_of_files_stay_within_the_folder(tmp_path: Path) -> None:
    pages, problems = read(tmp_path, {"content": "http://host/..%2f..%2fetc%2F.x%00y.png"})
    assert not problems
    assert [page.filename for page in pages.values()] == ["_.._etc_.x_y.png"]


def test_a_file_without_any_page_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="none of them a page.*line 1: expected a JSON object"):
        read(tmp_path, "<html>", "</html>")
    with pytest.raises(DataError, match="not readable as UTF-8"):
        read_export(tmp_path / "absent.json")
