import json

import pytest

from text_recognizer.errors import InvalidInputError
from text_recognizer.geometry import Region
from text_recognizer.predictions.page_warnings import PageWarning, WarningCode
from text_recognizer.tests.repository import ROOT


@pytest.mark.parametrize("region", [None, Region(1, 2, 30, 40)])
def test_a_warning_survives_json(region: Region | None) -> None:
    warning = PageWarning(WarningCode.CUT_OFF, "1 line reaches the border.", region)
    assert PageWarning.from_dict(json.loads(json.dumps(warning.to_dict()))) == warning


def test_codes_of_a_newer_service_are_kept() -> None:
    assert PageWarning.from_dict({"code": "upside_in", "message": "New."}) == PageWarning("upside_in", "New.")


def test_a_warning_without_a_message_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="'message'"):
        PageWarning.from_dict({"code": "turned"})


def test_every_code_is_documented_and_in_the_service_s_description() -> None:
    manual = (ROOT / "docs" / "use.md").read_text(encoding="utf-8")
    description = json.loads((ROOT / "api" / "openapi.json").read_text(encoding="utf-8"))
    codes = [code.value for code in WarningCode]
    assert description["components"]["schemas"]["Warning"]["properties"]["code"]["enum"] == codes
    assert [code for code in codes if f"| `{code}` |" not in manual] == []
