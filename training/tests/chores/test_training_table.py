"""docs/training.md says how the shipped weights were trained."""

import pytest

from text_recognizer.inference.artifacts import available
from text_recognizer.tooling.markdown_block import with_block
from training.chores.training_table import BEGIN, END, PAGE, TASKS, table


@pytest.mark.slow
def test_page_shows_the_shipped_manifests() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert with_block(text, BEGIN, END, table()) == text, "run python training/chores/training_table.py"


@pytest.mark.slow
def test_every_shipped_model_is_made_by_a_task_from_a_committed_experiment() -> None:
    rows = [row.split(" | ") for row in table().splitlines()[2:]]
    assert [row[0].removeprefix("| ") for row in rows] == available()
    for row in rows:
        assert (TASKS / row[1]).is_file(), row
        assert row[2] in (TASKS / row[1]).read_text(encoding="utf-8"), row
