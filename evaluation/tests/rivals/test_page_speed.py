"""Stages of reading a page, of two checkouts in turns; that a time is right cannot be tested."""

from pathlib import Path

import pytest

from evaluation.rivals.page_speed import TOTAL, StagedReader, markdown_table, measure
from text_recognizer.errors import ConfigError
from text_recognizer.tooling.checkout import CHECKOUT

SAMPLE = CHECKOUT / "data" / "sample" / "sample_page.png"


@pytest.mark.process
@pytest.mark.slow
def test_two_checkouts_are_measured_in_turns() -> None:
    measured = measure([SAMPLE], {"this": CHECKOUT, "other": CHECKOUT}, repeats=1)
    this = measured["milliseconds"]["this"]
    assert measured["same_text"] == 1
    assert this["detection"] > 0
    assert this["search"] > 0
    assert sum(this.values()) == pytest.approx(2 * this[TOTAL], rel=0.02)


@pytest.mark.process
@pytest.mark.slow
def test_a_folder_without_the_project_is_refused(tmp_path: Path) -> None:
    with StagedReader(tmp_path) as reader, pytest.raises(ConfigError, match="does not read"):
        reader.read(SAMPLE)


def test_the_table_has_the_ratio() -> None:
    assert markdown_table({"this": {"search": 2.0}, "other": {"search": 4.0}}).splitlines()[-1] == (
        "| search | 2.0 | 4.0 | 0.50 |"
    )
    assert markdown_table({"this": {"search": 2.0}}).splitlines()[-1] == "| search | 2.0 |"
