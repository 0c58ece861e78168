"""What a manifest says of a model's input is checked by type and range."""

from pathlib import Path
from typing import Any

import pytest

from text_recognizer.errors import ArtifactError
from text_recognizer.inference.input_spec import InputSpec, input_spec

FIELDS: dict[str, Any] = {"kind": "line", "height": 64, "width": None, "downsampling": 8, "normalize": True}
MANIFEST = Path("folder", "manifest.json")


def test_fields_become_a_specification() -> None:
    assert input_spec(MANIFEST, FIELDS) == InputSpec("line", 64, None, 8, True)


def test_a_manifest_that_does_not_say_does_not_normalize() -> None:
    without = {name: value for name, value in FIELDS.items() if name != "normalize"}
    assert not input_spec(MANIFEST, without).normalize


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "page"},
        *({"height": wrong} for wrong in ("64", 0, -1, 1025, 10**5, 64.0, True, [64])),
        *({"width": wrong} for wrong in ("10", 0, 10**6, False, 10)),
        *({"downsampling": wrong} for wrong in (None, 0, -8, "8", 1000, True)),
        *({"normalize": wrong} for wrong in (None, 1, "true")),
    ],
)
def test_wrong_values_are_refused_with_the_path(change: dict[str, Any]) -> None:
    with pytest.raises(ArtifactError, match=str(MANIFEST)):
        input_spec(MANIFEST, FIELDS | change)
