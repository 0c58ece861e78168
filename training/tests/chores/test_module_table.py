"""The table of modules in docs/modules.md is complete, up to date and in the order of the stages."""

import re
from pathlib import Path

import pytest

from text_recognizer.tests.repository import modules
from training.chores.module_table import BEGIN, END, PACKAGES, PAGE, folders, summary, table


@pytest.mark.slow
def test_the_page_holds_the_table() -> None:
    text = PAGE.read_text(encoding="utf-8")
    written = text.split(f"{BEGIN}\n")[1].split(f"\n{END}")[0]
    assert written == table(), "run python -m training.chores.module_table"


@pytest.mark.slow
def test_every_module_of_the_repository_has_a_row() -> None:
    rows: list[str] = []
    for section in table().split("## ")[1:]:
        folder = section.split("\n")[0].replace("/", ".")
        rows += [f"{folder}.{name}" for name in re.findall(r"^\| `(\w+)` \| .+ \|$", section, re.MULTILINE)]
    files = {name for name, path in modules().items() if path.name != "__init__.py"}
    assert set(rows) == files
    assert len(rows) == len(files)


def test_every_stage_exists_and_folders_follow_their_order(tmp_path: Path) -> None:
    for folder in ("api/web", "text_recognizer", "text_recognizer/layout", "text_recognizer/layout/tests"):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / folder / "module.py").write_text('"""A module."""\n')
    names = [folder.relative_to(tmp_path).as_posix() for folder in folders(tmp_path)]
    assert names == ["text_recognizer", "text_recognizer/layout", "api/web"]
    assert all((PAGE.parents[1] / package).is_dir() for package in PACKAGES)


def test_a_summary_is_the_first_paragraph_in_one_line(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text('"""Bytes | text ->\nlines.\n\nMore."""\n')
    assert summary(module) == r"Bytes \| text -> lines."


def test_a_module_without_a_docstring_is_refused(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text("x = 1\n")
    with pytest.raises(ValueError, match="has no docstring"):
        summary(module)
