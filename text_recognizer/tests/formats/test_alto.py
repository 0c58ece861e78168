from xml.etree import ElementTree

import pytest

from text_recognizer import LinePrediction, PagePrediction, Region
from text_recognizer.formats.alto import to_alto
from text_recognizer.tests.formats.alto_rules import NAMESPACE, assert_is_alto
from text_recognizer.tests.formats.pages import (
    CONTROLS,
    LANGUAGES,
    LONE_LINE,
    NOTHING_KNOWN,
    PAGES,
    SLOPING,
    TWO_LINES,
    UNSIZED,
    WORDS,
    without_blank_lines,
)


def read(text: str) -> PagePrediction:
    """Return the page that an ALTO document describes."""
    page = ElementTree.fromstring(text.encode()).find(f".//{NAMESPACE}Page")
    assert page is not None
    lines = tuple(read_line(line) for line in page.iter(f"{NAMESPACE}TextLine"))
    return PagePrediction(lines, int(page.attrib["WIDTH"]), int(page.attrib["HEIGHT"]))


def read_line(line: ElementTree.Element) -> LinePrediction:
    x, y, width, height = (int(line.attrib[name]) for name in ("HPOS", "VPOS", "WIDTH", "HEIGHT"))
    parts = [part for part in line if part.tag != f"{NAMESPACE}Shape"]
    text = "".join(" " if part.tag == f"{NAMESPACE}SP" else part.attrib["CONTENT"] for part in parts)
    (confidence,) = {float(part.attrib["WC"]) for part in line.iter(f"{NAMESPACE}String")}
    return LinePrediction(text, confidence, Region(x, y, x + width, y + height))


@pytest.mark.parametrize("name", PAGES)
def test_follows_the_schema(name: str) -> None:
    assert_is_alto(ElementTree.fromstring(to_alto(PAGES[name]).encode()))


@pytest.mark.parametrize("name", ["empty", "two lines", "special"])
def test_round_trip(name: str) -> None:
    assert read(to_alto(PAGES[name])) == without_blank_lines(PAGES[name])


def test_words_have_their_own_boxes_within_the_line() -> None:
    root = ElementTree.fromstring(to_alto(WORDS).encode())
    words = [dict(word.attrib) for word in root.iter(f"{NAMESPACE}String")]
    assert words == [
        {"CONTENT": "to", "WC": "0.9000", "HPOS": "10", "VPOS": "20", "WIDTH": "30", "HEIGHT": "20"},
        {"CONTENT": "<be>", "WC": "0.6000", "HPOS": "50", "VPOS": "20", "WIDTH": "40", "HEIGHT": "20"},
    ]


def test_lines_have_their_languages() -> None:
    lines = ElementTree.fromstring(to_alto(LANGUAGES).encode()).iter(f"{NAMESPACE}TextLine")
    assert [line.get("LANG") for line in lines] == ["en", "fr", None]


def test_the_image_is_named_without_its_folder() -> None:
    for page, name in ((SLOPING, "letter.png"), (TWO_LINES, "image")):
        element = ElementTree.fromstring(to_alto(page).encode()).find(f".//{NAMESPACE}fileName")
        assert element is not None
        assert element.text == name


def test_baselines_and_polygons_follow_the_slope() -> None:
    root = ElementTree.fromstring(to_alto(SLOPING).encode())
    (line,) = root.iter(f"{NAMESPACE}TextLine")  # the other has no text
    assert line.attrib["BASELINE"] == "20,50 120,60 220,70"
    polygons = [polygon.attrib["POINTS"] for polygon in line.iter(f"{NAMESPACE}Polygon")]
    assert polygons == [
        "20,20 220,40 220,74 20,54",
        "24,22 80,28 80,58 24,52",
        "110,31 210,41 210,71 110,61",
    ]
    places = [
        tuple(e.attrib[n] for n in ("HPOS", "VPOS", "WIDTH", "HEIGHT"))
        for e in root.iter(f"{NAMESPACE}String")
    ]
    assert places == [("24", "22", "56", "36"), ("110", "31", "100", "40")]


def test_line_without_region_fills_the_page() -> None:
    (line,) = read(to_alto(LONE_LINE)).lines
    assert line.region == Region(0, 0, 640, 48)


def test_page_of_unknown_size_holds_its_lines() -> None:
    assert read(to_alto(UNSIZED)) == PagePrediction(TWO_LINES.lines, 300, 110)
    assert read(to_alto(NOTHING_KNOWN)) == PagePrediction((), 0, 0)


def test_confidence_of_the_page() -> None:
    page = ElementTree.fromstring(to_alto(TWO_LINES).encode()).find(f".//{NAMESPACE}Page")
    assert page is not None
    assert float(page.attrib["PC"]) == pytest.approx(TWO_LINES.confidence, abs=1e-4)


@pytest.mark.parametrize("name", CONTROLS)
def test_control_characters(name: str) -> None:
    text, wanted = CONTROLS[name]
    document = to_alto(PagePrediction((LinePrediction(text, 0.5),), 9, 9))
    assert_is_alto(ElementTree.fromstring(document.encode()))
    assert read(document).text == wanted


def test_the_rules_refuse_what_the_schema_refuses() -> None:
    good = to_alto(TWO_LINES)
    for old, new in [
        ('PHYSICAL_IMG_NR="1"', ""),
        ('ID="line_2"', 'ID="line_1"'),
        ("pixel", "px"),
        ('WC="0.9000"', 'WC="90"'),
        ('CONTENT="first"', ""),
        ("<SP />", "<SP /><SP />"),
        ('PROCESSINGREFS="processing_1"', 'PROCESSINGREFS="processing_2"'),
    ]:
        assert old in good
        with pytest.raises(AssertionError):
            assert_is_alto(ElementTree.fromstring(good.replace(old, new, 1).encode()))
