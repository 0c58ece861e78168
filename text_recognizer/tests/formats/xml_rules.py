"""What schemas of XML say about the elements that we write: attributes, types, order of children."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree

SCHEMA_LOCATION = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"

Check = Callable[[str], object]


def is_confidence(value: str) -> bool:
    return 0 <= float(value) <= 1


def is_identifier(value: str) -> bool:
    return re.fullmatch(r"[A-Za-z_][\w.-]*", value) is not None


def is_number(value: str) -> bool:
    return float(value) >= 0


def is_points(value: str) -> bool:
    return re.fullmatch(r"(\d+,\d+ )+\d+,\d+", value) is not None


def is_text(value: str) -> bool:
    return isinstance(value, str)


@dataclass(frozen=True)
class Rule:
    """Attributes and a regular expression over the children's names, each with a blank behind it."""

    children: str = ""
    required: dict[str, Check] = field(default_factory=dict)
    optional: dict[str, Check] = field(default_factory=dict)
    text: str | None = None


def assert_follows(root: ElementTree.Element, namespace: str, rules: Mapping[str, Rule]) -> None:
    """Assert that all elements are of the namespace and follow the rules of their names."""
    for element in root.iter():
        assert element.tag.startswith(namespace), element.tag
        rule = rules[element.tag.removeprefix(namespace)]
        children = "".join(f"{child.tag.removeprefix(namespace)} " for child in element)
        assert re.fullmatch(rule.children, children), f"{element.tag}: {children}"
        checks = rule.required | rule.optional
        assert rule.required.keys() <= element.attrib.keys() <= checks.keys(), (
            f"{element.tag}: {element.attrib}"
        )
        assert all(checks[name](value) for name, value in element.items()), f"{element.tag}: {element.attrib}"
        assert re.fullmatch(rule.text or r"\s*", element.text or ""), f"{element.tag}: {element.text!r}"


def assert_unique(root: ElementTree.Element, name: str, references: str) -> None:
    """Assert that the identifiers, attributes `name`, are unique, and those in `references` are found."""
    identifiers = [element.attrib[name] for element in root.iter() if name in element.attrib]
    assert len(set(identifiers)) == len(identifiers)
    assert {e.attrib[references] for e in root.iter() if references in e.attrib} <= set(identifiers)
