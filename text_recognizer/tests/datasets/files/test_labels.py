from pathlib import Path

import pytest

from text_recognizer.datasets.files.labels import read_labels
from text_recognizer.errors import DataError


def test_rows_are_read_in_their_order_with_spaces_and_tabs_of_the_text(tmp_path: Path) -> None:
    (tmp_path / "labels.tsv").write_text("b/2.png\tCAFÉ \n1.png\ta\tb\n", encoding="utf-8")
    assert read_labels(tmp_path) == [("b/2.png", "CAFÉ "), ("1.png", "a\tb")]


def test_a_byte_order_mark_is_no_part_of_a_name(tmp_path: Path) -> None:
    (tmp_path / "labels.tsv").write_text("1.png\tone\n", encoding="utf-8-sig")
    assert read_labels(tmp_path) == [("1.png", "one")]


def test_a_missing_file_is_named_with_the_hint(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no labels\.tsv in .*Name another folder"):
        read_labels(tmp_path, "Name another folder.")


@pytest.mark.parametrize(("content", "told"), [(b"no tab", "no tab"), (b"1.png\t\xff", "UTF-8")])
def test_a_damaged_file_says_where(tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / "labels.tsv").write_bytes(content)
    with pytest.raises(DataError, match=told):
        read_labels(tmp_path)
