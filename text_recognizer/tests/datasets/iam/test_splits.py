"""Which lists a copy of IAM has, and which of them is taken."""

import logging
from pathlib import Path

import pytest

from text_recognizer.datasets.iam.manifest import read_manifest
from text_recognizer.datasets.iam.splits import read_split
from text_recognizer.errors import DataError
from text_recognizer.tests.datasets.toy_iam import write_manifest


def test_lines_come_in_the_order_of_the_lists(iam: Path) -> None:
    (iam / "splits/aachen/test.txt").write_text("c03-002-01\nc03-002-00\n")
    name, part_of_line = read_split(iam, None, [])
    assert name == "aachen"
    assert [line for line, part in part_of_line.items() if part == "test"] == ["c03-002-01", "c03-002-00"]


def test_a_single_list_will_do(iam: Path, caplog: pytest.LogCaptureFixture) -> None:
    for part in ("train", "val"):
        (iam / "splits/aachen" / f"{part}.txt").unlink()
    with caplog.at_level(logging.WARNING):
        _, part_of_line = read_split(iam, "aachen", [])
    assert set(part_of_line.values()) == {"test"}
    assert "for train: it stays empty" in caplog.text


def test_the_manifest_fills_in_for_missing_lists(iam: Path, caplog: pytest.LogCaptureFixture) -> None:
    write_manifest(iam)
    (iam / "splits/aachen/val.txt").unlink()
    with caplog.at_level(logging.WARNING):
        _, part_of_line = read_split(iam, None, read_manifest(iam))
    assert part_of_line["b02-001-00"] == "validation"
    assert "d04-003-00" not in part_of_line
    assert not caplog.records


def test_without_any_list_both_ways_are_named(iam: Path) -> None:
    (iam / "splits").rename(iam / "elsewhere")
    with pytest.raises(DataError, match=r"splits/aachen/ with train\.txt.*splits/lwitlrt/.*readme\.md"):
        read_split(iam, None, [])
    with pytest.raises(DataError, match=r'split="lwitlrt" needs trainset\.txt.*readme\.md'):
        read_split(iam, "lwitlrt", [])


def test_a_line_in_two_parts_is_an_error(iam: Path) -> None:
    with (iam / "splits/aachen/test.txt").open("a") as file:
        file.write("a01-000u-00\n")
    with pytest.raises(DataError, match="a01-000u-00 is in two parts"):
        read_split(iam, None, [])
