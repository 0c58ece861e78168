"""The published JSON Schema accepts every page and document that is written, and nothing else."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from text_recognizer import DocumentPrediction, formats
from text_recognizer.formats import FORMATS
from text_recognizer.geometry import Region
from text_recognizer.predictions.document import PageFailure
from text_recognizer.predictions.page_warnings import PageWarning, WarningCode
from text_recognizer.predictions.single import TextAlternative
from text_recognizer.predictions.types import LINE_KINDS, PagePrediction, TextSpan
from text_recognizer.tests.formats.pages import PAGES, SLOPING, TWO_LINES

SCHEMA = json.loads(Path(formats.__file__).with_name("schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def warned() -> PagePrediction:
    return PagePrediction(
        SLOPING.lines, 300, 200, warnings=(PageWarning(WarningCode.TURNED, "turned", Region(0, 0, 3, 2)),)
    )


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("page", PAGES)
def test_pages_are_valid(page: str) -> None:
    VALIDATOR.validate(json.loads(FORMATS["json"].render(PAGES[page])))


def test_documents_warnings_and_failures_are_valid() -> None:
    document = DocumentPrediction(
        (TWO_LINES, warned()), "a.pdf", (PageFailure(3, "x"), PageFailure(None, "y"))
    )
    VALIDATOR.validate(json.loads(json.dumps(document.to_dict())))
    VALIDATOR.validate(json.loads(FORMATS["json"].render(TWO_LINES, SLOPING)))
    together = replace(TWO_LINES, following=(replace(SLOPING, number=2),)).to_dict()
    assert list(together) == list(SCHEMA["$defs"]["page"]["properties"])
    VALIDATOR.validate(json.loads(json.dumps(together)))


def test_every_property_is_named() -> None:
    """A field that is added to the types has to be added to the schema."""
    definitions = SCHEMA["$defs"]
    line = SLOPING.lines[0]
    failure = PageFailure(1, "")
    for name, fields in (
        ("page", SLOPING.to_dict()),
        ("line", line.to_dict()),
        ("alternative", TextAlternative("", 0.5).to_dict()),
        ("word", line.words[0].to_dict()),
        ("warning", warned().warnings[0].to_dict()),
        ("document", DocumentPrediction((), None, (failure,)).to_dict()),
        ("failure", failure.to_dict()),
    ):
        properties = [each for each in definitions[name]["properties"] if each != "following"]
        assert properties == list(fields) == definitions[name]["required"]
    assert len(definitions["character"]["prefixItems"]) == len(TextSpan("a", 1.0, 0, 1).to_dict())
    assert definitions["line"]["properties"]["kind"]["enum"] == [*LINE_KINDS, None]


def broken() -> Iterator[dict[str, Any]]:
    for name in TWO_LINES.to_dict():
        yield {key: value for key, value in TWO_LINES.to_dict().items() if key != name}
    yield TWO_LINES.to_dict() | {"confidence": 2}
    yield TWO_LINES.to_dict() | {"lines": [3]}
    yield {"pages": [{}], "source": None, "text": "", "confidence": 0, "failures": []}


@pytest.mark.parametrize("fields", [*broken()])
def test_others_are_not(fields: dict[str, Any]) -> None:
    assert not VALIDATOR.is_valid(fields)
