import importlib
from types import ModuleType

import pytest

from api.tests.conftest import FakeRecognizer
from text_recognizer.images.loading import load_image

pytestmark = pytest.mark.slow


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


def test_images_for_schemathesis_are_images(schema: ModuleType) -> None:
    for kind in ("PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF"):
        assert load_image(schema._picture(5, 7, 0, kind)).shape == (7, 5)
