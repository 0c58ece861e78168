"""What the schema of ALTO 4.4 says about the elements that we write: attributes, types, order of children."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.etree import ElementTree

NAMESPACE = "{http://www.loc.gov/standards/alto/ns-v4#}"
SCHEMA_LOCATION = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"

Check = Callable[[str], object]


def _is_confidence(value: str) -> bool:
    return 0 <= float(value) <= 1


def _is_identifier(value: str) -> bool:
    return re.fullmatch(r"[A-Za-z_][\w.-]*", value) is not None


def _is_number(value: str) -> bool:
    return float(value) >= 0


def _is_text(value: str) -> bool:
    return isinstance(value, str)


_PLACE: dict[str, Check] = dict.fromkeys(("HPOS", "VPOS", "WIDTH", "HEIGHT"), _is_number)


@dataclass(frozen=True)
class Rule:
    """Attributes and a regular expression over the children's names, each with a blank behind it."""

    children: str = ""
    required: dict[str, Check] = field(default_factory=dict)
    optional: dict[str, Check] = field(default_factory=dict)
    text: str | None = None


RULES = {
    "alto": Rule(
        "(Description )?(Styles )?(Tags )?(ReadingOrder )?Layout ",
        optional={"SCHEMAVERSION": "4.4".__eq__, SCHEMA_LOCATION: _is_text},
    ),
    "Description": Rule("MeasurementUnit (sourceImageInformation )?(OCRProcessing )*(Processing )*"),
    "MeasurementUnit": Rule(text="pixel|mm10|inch1200"),
    "Processing": Rule(
        "(processingCategory )?(processingDateTime )?(processingAgency )?(processingStepDescription )*"
        "(processingStepSettings )?(processingSoftware )?",
        required={"ID": _is_identifier},
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
        required={"ID": _is_identifier, "PHYSICAL_IMG_NR": _is_number},
        optional={
            "WIDTH": _is_number,
            "HEIGHT": _is_number,
            "PC": _is_confidence,
            "PROCESSINGREFS": _is_identifier,
        },
    ),
    "PrintSpace": Rule("((TextBlock|Illustration|GraphicalElement|ComposedBlock) )*", optional=_PLACE),
    "TextBlock": Rule("(TextLine )*", required={"ID": _is_identifier}, optional=_PLACE),
    "TextLine": Rule(
        "(Shape )?(String (SP )?)+(HYP )?", optional={"ID": _is_identifier, "CS": _is_text, **_PLACE}
    ),
    "String": Rule(required={"CONTENT": _is_text}, optional={"WC": _is_confidence, **_PLACE}),
    "SP": Rule(optional=_PLACE),
}


def assert_is_alto(root: ElementTree.Element) -> None:
    """Assert that the document follows the rules, and that its identifiers are unique and found."""
    assert root.tag == f"{NAMESPACE}alto"
    for element in root.iter():
        assert element.tag.startswith(NAMESPACE), element.tag
        _assert_follows(element, RULES[_name(element)])
    identifiers = [element.attrib["ID"] for element in root.iter() if "ID" in element.attrib]
    assert len(set(identifiers)) == len(identifiers)
    references = {e.attrib["PROCESSINGREFS"] for e in root.iter() if "PROCESSINGREFS" in e.attrib}
    assert references <= set(identifiers)


def _name(element: ElementTree.Element) -> str:
    return element.tag.removeprefix(NAMESPACE)


def _assert_follows(element: ElementTree.Element, rule: Rule) -> None:
    children = "".join(f"{_name(child)} " for child in element)
    assert re.fullmatch(rule.children, children), f"{element.tag}: {children}"
    checks = rule.required | rule.optional
    assert rule.required.keys() <= element.attrib.keys() <= checks.keys(), f"{element.tag}: {element.attrib}"
    assert all(checks[name](value) for name, value in element.items()), f"{element.tag}: {element.attrib}"
    assert re.fullmatch(rule.text or r"\s*", element.text or ""), f"{element.tag}: {element.text!r}"
