"""What the schema of ALTO 4.4 says about the elements that we write."""

from xml.etree import ElementTree

from text_recognizer.tests.formats.xml_rules import (
    SCHEMA_LOCATION,
    Check,
    Rule,
    assert_follows,
    assert_unique,
    is_confidence,
    is_identifier,
    is_number,
    is_points,
    is_text,
)

NAMESPACE = "{http://www.loc.gov/standards/alto/ns-v4#}"

_PLACE: dict[str, Check] = dict.fromkeys(("HPOS", "VPOS", "WIDTH", "HEIGHT"), is_number)

RULES = {
    "alto": Rule(
        "(Description )?(Styles )?(Tags )?(ReadingOrder )?Layout ",
        optional={"SCHEMAVERSION": "4.4".__eq__, SCHEMA_LOCATION: is_text},
    ),
    "Description": Rule("MeasurementUnit (sourceImageInformation )?(OCRProcessing )*(Processing )*"),
    "MeasurementUnit": Rule(text="pixel|mm10|inch1200"),
    "sourceImageInformation": Rule("(fileName )?(fileIdentifier )*(documentIdentifier )*"),
    "fileName": Rule(text=".+"),
    "Processing": Rule(
        "(processingCategory )?(processingDateTime )?(processingAgency )?(processingStepDescription )*"
        "(processingStepSettings )?(processingSoftware )?",
        required={"ID": is_identifier},
    ),
    "processingCategory": Rule(text="contentGeneration|contentModification|preOperation|postOperation|other"),
    "processingSoftware": Rule(
        "(softwareCreator )?(softwareName )?(softwareVersion )?(applicationDescription )?"
    ),
    "softwareName": Rule(text=".+"),
    "softwareVersion": Rule(text=".+"),
    "Layout": Rule("(Page )+"),
    "Page": Rule(
        "(TopMargin )?(LeftMargin )?(RightMargin )?(BottomMargin )?(PrintSpace )?",
        required={"ID": is_identifier, "PHYSICAL_IMG_NR": is_number},
        optional={
            "WIDTH": is_number,
            "HEIGHT": is_number,
            "PC": is_confidence,
            "PROCESSINGREFS": is_identifier,
        },
    ),
    "PrintSpace": Rule("((TextBlock|Illustration|GraphicalElement|ComposedBlock) )*", optional=_PLACE),
    "TextBlock": Rule("(TextLine )*", required={"ID": is_identifier}, optional=_PLACE),
    "TextLine": Rule(
        "(Shape )?(String (SP )?)+(HYP )?",
        optional={"ID": is_identifier, "BASELINE": is_points, "CS": is_text, "LANG": is_text, **_PLACE},
    ),
    "Shape": Rule("(Polygon|Ellipse|Circle) "),
    "Polygon": Rule(required={"POINTS": is_points}),
    "String": Rule(
        "(Shape )?(ALTERNATIVE )*(Glyph )*",
        required={"CONTENT": is_text},
        optional={"WC": is_confidence, **_PLACE},
    ),
    "SP": Rule(optional=_PLACE),
}


def assert_is_alto(root: ElementTree.Element) -> None:
    """Assert that the document follows the rules, and that its identifiers are unique and found."""
    assert root.tag == f"{NAMESPACE}alto"
    assert_follows(root, NAMESPACE, RULES)
    assert_unique(root, "ID", "PROCESSINGREFS")
