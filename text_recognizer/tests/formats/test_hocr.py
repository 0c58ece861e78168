import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from text_recognizer import LinePrediction, PagePrediction, Region
from text_recognizer.formats.hocr import to_hocr
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

XHTML = "{http://www.w3.org/1999/xhtml}"
PARENTS = {"ocr_carea": "ocr_page", "ocr_par": "ocr_carea", "ocr_line": "ocr_par", "ocrx_word": "ocr_line"}
TITLE = re.compile(
    r'bbox( \d+){4}(; image "[^"]*"; ppageno \d+)?'
    r"(; baseline -?\d+\.\d+ -?\d+|; textangle \d+)?(; poly( \d+ \d+){3,})?(; x_wconf \d+)?"
)


def parse(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text.encode())


def of_class(root: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [element for element in root.iter() if element.get("class") == name]


def assert_is_hocr(root: ElementTree.Element) -> None:
    """Assert what the specification demands: metadata, required properties, nesting, capabilities."""
    assert root.tag == f"{XHTML}html"
    meta = {e.get("name"): e.get("content", "") for e in root.iter(f"{XHTML}meta")}
    assert meta["ocr-system"]
    capabilities = meta["ocr-capabilities"].split()
    parents = {child: parent for parent in root.iter() for child in parent}
    elements = [element for element in root.iter() if "class" in element.attrib]
    assert [element.attrib["class"] for element in elements].count("ocr_page") == 1
    assert len({element.attrib["id"] for element in elements}) == len(elements)
    for element in elements:
        name, title = element.attrib["class"], element.attrib["title"]
        assert name in capabilities
        assert TITLE.fullmatch(title), title
        assert (name == "ocr_page") == (name not in PARENTS)
        if name in PARENTS:
            assert parents[element].get("class") == PARENTS[name]
        assert (" poly" not in title) or "ocrp_poly" in capabilities
        if confidence := re.search(r"x_wconf (.*)", title):
            assert 0 <= float(confidence.group(1)) <= 100
            assert "ocrp_wconf" in capabilities


def read(text: str) -> PagePrediction:
    """Return the page that an hOCR document describes."""
    root = parse(text)
    (page,) = of_class(root, "ocr_page")
    box = bbox(page)
    lines = []
    for line in of_class(root, "ocr_line"):
        (word,) = line
        confidence = float(word.attrib["title"].rpartition(" ")[2]) / 100
        lines.append(LinePrediction(word.text or "", confidence, bbox(line)))
    return PagePrediction(tuple(lines), box.width, box.height)


def bbox(element: ElementTree.Element) -> Region:
    numbers = re.match(r"bbox (\d+) (\d+) (\d+) (\d+)", element.attrib["title"])
    assert numbers
    return Region(*map(int, numbers.groups()))


class Nesting(HTMLParser):
    """Reads as HTML what is also XHTML; `depth` must end at 0."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.scripts = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.scripts += tag == "script"
        self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag == "meta", "HTML closes void elements only"

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_lines_have_their_languages() -> None:
    lines = of_class(parse(to_hocr(LANGUAGES)), "ocr_line")
    assert [line.get("lang") for line in lines] == ["en", "fr", None]


@pytest.mark.parametrize("name", PAGES)
def test_follows_the_specification(name: str) -> None:
    assert_is_hocr(parse(to_hocr(PAGES[name])))


@pytest.mark.parametrize("name", ["empty", "two lines", "special"])
def test_round_trip(name: str) -> None:
    assert read(to_hocr(PAGES[name])) == without_blank_lines(PAGES[name])


@pytest.mark.parametrize("name", PAGES)
def test_readers_of_html_see_the_same_elements(name: str) -> None:
    reader = Nesting()
    reader.feed(to_hocr(PAGES[name]))
    reader.close()
    assert (reader.open, reader.scripts) == ([], 0)


def test_words_have_their_own_boxes_within_the_line() -> None:
    root = parse(to_hocr(WORDS))
    words = [(word.text, word.attrib["title"]) for word in of_class(root, "ocrx_word")]
    assert words == [
        ("to", "bbox 10 20 40 40; poly 10 20 40 20 40 40 10 40; x_wconf 90"),
        ("<be>", "bbox 50 20 90 40; poly 50 20 90 20 90 40 50 40; x_wconf 60"),
    ]
    (line,) = of_class(root, "ocr_line")
    assert "".join(line.itertext()).split() == ["to", "<be>"]


def test_baselines_and_polygons_follow_the_slope() -> None:
    root = parse(to_hocr(SLOPING))
    (line,) = of_class(root, "ocr_line")  # the other has no text
    # 50 - 74 = -24 at the left end of the box, then 20 rows down in 200 columns.
    assert line.attrib["title"] == "bbox 20 20 220 74; baseline 0.1000 -24; poly 20 20 220 40 220 74 20 54"
    assert [word.attrib["title"] for word in of_class(root, "ocrx_word")] == [
        "bbox 24 22 80 58; poly 24 22 80 28 80 58 24 52; x_wconf 90",
        "bbox 110 31 210 71; poly 110 31 210 41 210 71 110 61; x_wconf 70",
    ]
    (page,) = of_class(root, "ocr_page")
    assert page.attrib["title"] == 'bbox 0 0 300 200; image "letter.png"; ppageno 0'


@pytest.mark.parametrize("name", ['a "b".png', "a;b.png", "a\n\udcff.png", ""])
def test_any_name_of_an_image_leaves_the_properties_readable(name: str) -> None:
    (page,) = of_class(parse(to_hocr(PagePrediction((), 9, 9, image=name))), "ocr_page")
    assert TITLE.fullmatch(page.attrib["title"])


@pytest.mark.parametrize(
    ("baseline", "angle"), [((0, 9, 0, 1), 90), ((9, 0, 1, 0), 180), ((0, 0, 1, 9), 276), ((0, 0, 0, 9), 270)]
)
def test_turned_text_has_its_angle(baseline: tuple[int, int, int, int], angle: int) -> None:
    x1, y1, x2, y2 = baseline
    line = LinePrediction("I", 0.5, Region(0, 0, 9, 9), baseline=((x1, y1), (x2, y2)))
    document = to_hocr(PagePrediction((line,), 9, 9))
    assert f"bbox 0 0 9 9; textangle {angle}; poly" in document
    assert "baseline" not in document
    assert_is_hocr(parse(document))


def test_line_without_region_fills_the_page() -> None:
    assert read(to_hocr(LONE_LINE)).lines[0].region == Region(0, 0, 640, 48)


def test_page_of_unknown_size_holds_its_lines() -> None:
    assert read(to_hocr(UNSIZED)) == PagePrediction(TWO_LINES.lines, 300, 110)
    assert read(to_hocr(NOTHING_KNOWN)) == PagePrediction((), 0, 0)


@pytest.mark.parametrize("name", CONTROLS)
def test_control_characters(name: str) -> None:
    text, wanted = CONTROLS[name]
    document = to_hocr(PagePrediction((LinePrediction(text, 0.5),), 9, 9))
    assert_is_hocr(parse(document))
    assert read(document).text == wanted


def test_the_area_is_the_union_of_the_lines() -> None:
    (area,) = of_class(parse(to_hocr(TWO_LINES)), "ocr_carea")
    assert bbox(area) == Region(10, 20, 300, 110)
