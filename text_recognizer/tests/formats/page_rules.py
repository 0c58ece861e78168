"""What the schema of PAGE 2019-07-15 says about the elements that we write."""

import re
from xml.etree import ElementTree

from text_recognizer.tests.formats.xml_rules import (
    SCHEMA_LOCATION,
    Rule,
    assert_follows,
    assert_unique,
    is_confidence,
    is_identifier,
    is_points,
    is_text,
)

NAMESPACE = "{http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15}"
_UTC = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"


def _is_whole(value: str) -> bool:
    return re.fullmatch(r"\d+", value) is not None


RULES = {
    "PcGts": Rule("Metadata Page ", optional={SCHEMA_LOCATION: is_text}),
    "Metadata": Rule("Creator Created LastChange (Comments )?(MetadataItem )*"),
    "Creator": Rule(text=".+"),
    "Created": Rule(text=_UTC),
    "LastChange": Rule(text=_UTC),
    "Page": Rule(
        "(Border )?(PrintSpace )?(ReadingOrder )?((Text|Image|Table|Noise)Region )*",
        required={"imageFilename": is_text, "imageWidth": _is_whole, "imageHeight": _is_whole},
    ),
    "ReadingOrder": Rule("(OrderedGroup|UnorderedGroup) "),
    "OrderedGroup": Rule("(RegionRefIndexed )+", required={"id": is_identifier}),
    "RegionRefIndexed": Rule(required={"index": _is_whole, "regionRef": is_identifier}),
    "TextRegion": Rule(
        "Coords (TextLine )*(TextEquiv )*",
        required={"id": is_identifier},
        optional={"type": "paragraph".__eq__},
    ),
    "TextLine": Rule(
        "Coords (Baseline )?(Word )*(TextEquiv )*",
        required={"id": is_identifier},
        optional={"primaryLanguage": {"English", "French"}.__contains__},
    ),
    "Word": Rule("Coords (Glyph )*(TextEquiv )*", required={"id": is_identifier}),
    "Coords": Rule(required={"points": is_points}),
    "Baseline": Rule(required={"points": is_points}),
    "TextEquiv": Rule("(PlainText )?Unicode ", optional={"conf": is_confidence}),
    "Unicode": Rule(text=".*"),
}


def assert_is_page(root: ElementTree.Element) -> None:
    """Assert that the document follows the rules, and that its identifiers are unique and found."""
    assert root.tag == f"{NAMESPACE}PcGts"
    assert_follows(root, NAMESPACE, RULES)
    assert_unique(root, "id", "regionRef")
