import importlib
import json
import re
from dataclasses import replace
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from api.tests.conftest import FakeRecognizer
from text_recognizer.documents.page_ranges import PageRanges
from text_recognizer.errors import InvalidInputError
from text_recognizer.images.limits import LIMITS, PDF
from text_recognizer.images.loading import load_image

pytestmark = pytest.mark.slow

OPENAPI = Path(__file__).parents[2] / "openapi.json"


@pytest.fixture
def schema() -> ModuleType:
    """The module, imported only where it is tested: schemathesis alone takes seconds."""
    return importlib.import_module("api.benchmarks.schema")


def test_generated_requests_are_answered_as_described(schema: ModuleType) -> None:
    """A small share of what `python -m api.benchmarks.schema` sends."""
    result = schema.run(1, FakeRecognizer())
    assert result["failures"] == {}
    assert result["cases"] > 80
    assert {"200", "400", "405"} <= result["statuses"].keys()
    assert "500" not in result["statuses"]


def test_what_openapi_cannot_say_is_corrected(schema: ModuleType) -> None:
    def corrected(**parts: Any) -> SimpleNamespace:
        case: SimpleNamespace = SimpleNamespace(**{"query": {}, "body": None, "media_type": None} | parts)
        schema._corrected(None, case)
        return case

    everything = {"language": "en", "alternatives": 3}
    assert corrected(query={"mode": "word", **everything}).query == {"mode": "word"}
    assert corrected(query={"format": "text", **everything}).query == {"format": "text", "language": "en"}
    assert corrected(query={"format": "jsonl", **everything}).query == {"format": "jsonl", **everything}
    assert corrected(query={"format": "none", **everything}).query == {"format": "none", **everything}
    assert corrected(query={"format": ["text", "json"]}).query == {"format": ["text", "json"]}
    uri = "data:image/png;base64,iVBO"
    form = corrected(media_type="multipart/form-data", body={"image": uri, "other": "data:,a"})
    assert form.body == {"image": b"\x89PN", "other": "data:,a"}
    assert corrected(media_type="application/json", body={"image": uri}).body == {"image": uri}
    damaged = {"image": uri[:-1]}
    assert corrected(media_type="multipart/form-data", body=dict(damaged)).body == damaged


def test_pages_for_schemathesis_are_as_described_and_in_every_document(schema: ModuleType) -> None:
    described = json.loads(OPENAPI.read_text(encoding="utf-8"))["paths"]["/v1/documents"]["post"][
        "parameters"
    ]
    pattern = next(each["schema"]["pattern"] for each in described if each.get("name") == "pages")
    for pages in schema.PAGES:
        assert re.search(pattern, pages)
        assert PageRanges.parse(pages).of(1) == [1]
    for refused in ("", "0", "1-0", "a", "1,", "1;2", "-1"):
        assert not re.search(pattern, refused)
        with pytest.raises(InvalidInputError):
            PageRanges.parse(refused)


def test_pdfs_for_schemathesis_are_pdfs(schema: ModuleType) -> None:
    pytest.importorskip("pypdfium2")
    limits = replace(LIMITS, formats=(*LIMITS.formats, PDF))
    assert load_image(schema._pdf(7), limits, 1).size > 0


def test_images_for_schemathesis_are_images(schema: ModuleType) -> None:
    for kind in ("PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF"):
        assert load_image(schema._picture(5, 7, 0, kind)).shape == (7, 5)
