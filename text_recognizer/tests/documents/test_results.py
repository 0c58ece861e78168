"""Each document gets its files; what exists is told apart from what is missing or old."""

import os
from dataclasses import replace
from pathlib import Path, PurePath

import pytest

from text_recognizer import DocumentPrediction, InvalidInputError
from text_recognizer.documents.results import Results
from text_recognizer.documents.sources import Source
from text_recognizer.images.loading import load_image
from text_recognizer.predictions.document import PageFailure
from text_recognizer.tests.documents.files import write
from text_recognizer.tests.formats.pages import TWO_LINES

DOCUMENT = DocumentPrediction((TWO_LINES, replace(TWO_LINES, number=3)), failures=(PageFailure(2, "x"),))


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return Source(write(tmp_path / "a.b.tif", [1, 2, 3]), "a.b.tif", PurePath("deep/a.b"))


def results(folder: Path, *formats: str) -> Results:
    return Results(folder, formats, lambda source, number: load_image(source.content, page=number))


def written(which: Results, source: Source, document: DocumentPrediction) -> list[str]:
    for _, write_file in (files := list(which.files(source, document))):
        write_file()
    return [path.relative_to(which.folder).as_posix() for path, _ in files]


def test_a_file_for_each_format_or_page(source: Source, tmp_path: Path) -> None:
    out = results(tmp_path / "out", "text", "page", "pdf", "png")
    assert written(out, source, DOCUMENT) == [
        "deep/a.b.txt",
        "deep/a.b-1.page.xml",
        "deep/a.b-3.page.xml",
        "deep/a.b.pdf",
        "deep/a.b-1.png",
        "deep/a.b-3.png",
    ]
    assert (tmp_path / "out" / "deep" / "a.b.pdf").read_bytes().count(b"/Type /Page ") == 2
    one = DocumentPrediction((TWO_LINES,))
    assert written(results(tmp_path / "one", "page"), source, one) == ["deep/a.b.page.xml"]
    assert written(out, source, DocumentPrediction((), failures=DOCUMENT.failures)) == []


def test_what_exists(source: Source, tmp_path: Path) -> None:
    out = results(tmp_path / "out", "text", "page")
    assert not out.exist(source, [1, 3])
    written(out, source, DOCUMENT)
    assert out.exist(source, [1, 3])
    assert not out.exist(source, [1, 2, 3])
    assert not results(tmp_path / "out", "json").exist(source, [1])
    assert isinstance(source.content, Path)
    os.utime(source.content, (4e9, 4e9))
    assert not out.exist(source, [1, 3])  # the file is newer


def test_a_file_that_is_read_is_not_replaced(tmp_path: Path) -> None:
    source = Source(write(tmp_path / "a.png", [1]), "a.png", PurePath("a"))
    ((_, write_file),) = results(tmp_path, "png").files(source, DocumentPrediction((TWO_LINES,)))
    with pytest.raises(InvalidInputError, match="choose another folder"):
        write_file()
