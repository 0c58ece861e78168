from pathlib import Path

import pytest

from text_recognizer.datasets.labelled_lines.page_documents import PageLine, read_document
from text_recognizer.errors import DataError
from text_recognizer.formats.alto import to_alto
from text_recognizer.formats.page_xml import to_page_xml
from text_recognizer.geometry import Region
from text_recognizer.predictions.types import LinePrediction, PagePrediction

POLYGON = ((10, 10), (190, 12), (190, 40), (10, 38))
BASELINE = ((10, 30), (190, 33))


def page() -> PagePrediction:
    line = LinePrediction("to be", 0.9, Region.around(POLYGON), (), (), BASELINE, POLYGON)
    return PagePrediction((line,), 200, 100, image="page.png")


@pytest.mark.parametrize("write", [to_alto, to_page_xml])
def test_lines_come_back_with_their_places(tmp_path: Path, write: object) -> None:
    (tmp_path / "page.png").touch()
    (tmp_path / "page").mkdir()
    path = tmp_path / "page" / "one.xml"  # Transkribus puts images into the folder above
    path.write_text(write(page()))  # type: ignore[operator]
    document = read_document(path)
    assert document.image == tmp_path / "page.png"
    assert document.lines == [PageLine("line_1", "to be", POLYGON, BASELINE)]


def test_boxes_and_old_notations_are_read(tmp_path: Path) -> None:
    (tmp_path / "one.jpg").touch()
    path = tmp_path / "one.xml"
    path.write_text(
        '<alto xmlns="http://www.loc.gov/standards/alto/ns-v2#"><Layout><Page><TextLine ID="a" HPOS="1.0" '
        'VPOS="2" WIDTH="30" HEIGHT="10" BASELINE="1 10 31 9.6">'
        '<String CONTENT="so"/><SP/><String CONTENT="be it"/>'
        '</TextLine><TextLine BASELINE="12"/></Page></Layout></alto>'
    )
    first, second = read_document(path).lines
    assert first == PageLine("a", "so be it", ((1, 2), (31, 2), (31, 12), (1, 12)), ((1, 10), (31, 10)))
    assert second == PageLine("line 1", "", (), ())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("<html/>", "neither PAGE nor ALTO"),
        ("<alto", "no XML"),
        ("<!DOCTYPE alto><alto/>", "document type"),
        ("<alto><MeasurementUnit>mm10</MeasurementUnit></alto>", "mm10"),
        ("<alto/>", "its image"),
    ],
)
def test_what_is_no_document_is_named(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "a.xml").write_text(content)
    with pytest.raises(DataError, match=message):
        read_document(tmp_path / "a.xml")
