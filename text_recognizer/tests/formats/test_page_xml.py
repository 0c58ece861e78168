from dataclasses import replace
from xml.etree import ElementTree

import pytest

from text_recognizer.errors import InvalidInputError
from text_recognizer.formats.page_xml import from_page_xml, to_page_xml
from text_recognizer.geometry import Region
from text_recognizer.predictions.types import LinePrediction, PagePrediction
from text_recognizer.tests.formats.page_rules import NAMESPACE, assert_is_page
from text_recognizer.tests.formats.pages import (
    CONTROLS,
    LONE_LINE,
    NOTHING_KNOWN,
    PAGES,
    SLOPING,
    TWO_LINES,
    WORDS,
    without_blank_lines,
)


@pytest.mark.parametrize("name", PAGES)
def test_follows_the_schema(name: str) -> None:
    assert_is_page(ElementTree.fromstring(to_page_xml(PAGES[name]).encode()))


@pytest.mark.parametrize("name", ["empty", "two lines", "special", "sloping", "languages"])
def test_round_trip(name: str) -> None:
    page = without_blank_lines(PAGES[name])
    lines = tuple(
        line if line.polygon else replace(line, polygon=line.region.corners)
        for line in page.lines
        if line.region is not None
    )
    boxed = tuple(replace(line, region=Region.around(line.polygon)) for line in lines)
    image = "letter.png" if page.image else "image"
    assert from_page_xml(to_page_xml(PAGES[name])) == replace(page, lines=boxed, image=image)


def test_words_have_polygons_and_confidences() -> None:
    root = ElementTree.fromstring(to_page_xml(WORDS).encode())
    words = [
        (word[0].attrib["points"], word[1].attrib["conf"], word[1][0].text)
        for word in root.iter(f"{NAMESPACE}Word")
    ]
    assert words == [
        ("10,20 40,20 40,40 10,40", "0.9000", "to"),
        ("50,20 90,20 90,40 50,40", "0.6000", "<be>"),
    ]


def test_baselines_have_all_their_points() -> None:
    (baseline,) = ElementTree.fromstring(to_page_xml(SLOPING).encode()).iter(f"{NAMESPACE}Baseline")
    assert baseline.attrib["points"] == "20,50 120,60 220,70"
    assert not list(ElementTree.fromstring(to_page_xml(TWO_LINES).encode()).iter(f"{NAMESPACE}Baseline"))


def test_line_without_region_fills_the_page() -> None:
    (line,) = from_page_xml(to_page_xml(LONE_LINE)).lines
    assert line.region == Region(0, 0, 640, 48)
    assert from_page_xml(to_page_xml(NOTHING_KNOWN)) == PagePrediction((), 0, 0, image="image")


@pytest.mark.parametrize("name", CONTROLS)
def test_control_characters(name: str) -> None:
    text, wanted = CONTROLS[name]
    document = to_page_xml(PagePrediction((LinePrediction(text, 0.5),), 9, 9))
    assert from_page_xml(document).text == wanted


def test_documents_of_other_versions_and_programs_are_read() -> None:
    document = """<PcGts xmlns="http://schema.primaresearch.org/PAGE/gts/pagecontent/2013-07-15">
        <Page imageFilename="a.jpg" imageWidth="90" imageHeight="50">
        <TextRegion id="r"><Coords points="0,0 9,0 9,9"/>
        <TextLine id="l"><Coords points="1,2 80,2 80,30"/>
        <TextEquiv><Unicode>to be</Unicode></TextEquiv></TextLine>
        <TextLine id="m"><Coords points="1,32 80,32 80,49"/></TextLine></TextRegion></Page></PcGts>"""
    page = from_page_xml(document)
    assert (page.width, page.height, page.image) == (90, 50, "a.jpg")
    assert page.lines[0] == LinePrediction(
        "to be", 1.0, Region(1, 2, 80, 30), polygon=((1, 2), (80, 2), (80, 30))
    )
    assert page.lines[1].text == ""


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("", "no element found"),
        ("<PcGts", "PAGE document"),
        ("<alto/>", "alto has no Page"),
        ("<PcGts><Page imageFilename='a' imageWidth='x' imageHeight='1'/></PcGts>", "'x'"),
        ("<PcGts><Page imageWidth='1' imageHeight='1'/></PcGts>", "imageFilename"),
        ("<!DOCTYPE a [<!ENTITY b 'b'>]><PcGts>&b;</PcGts>", "document type"),
        (to_page_xml(TWO_LINES).replace("10,20 300,20", "10,20 300"), "PAGE document"),
        (to_page_xml(TWO_LINES).replace("10,20 300,20", "10,20 3.5,20"), "3.5"),
        (to_page_xml(TWO_LINES).replace("Unicode", "PlainText"), "no Unicode"),
    ],
)
def test_what_is_no_page_document_is_refused(document: str, message: str) -> None:
    with pytest.raises(InvalidInputError, match=message):
        from_page_xml(document)
