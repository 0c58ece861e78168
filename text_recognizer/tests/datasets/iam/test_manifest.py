"""The manifest of a copy of IAM."""

from pathlib import Path

import pytest

from text_recognizer.datasets.iam.manifest import forms_of_manifest, read_manifest
from text_recognizer.errors import DataError
from text_recognizer.tests.datasets.toy_iam import write_manifest


def test_rows_keep_their_order_and_know_their_form(iam: Path) -> None:
    write_manifest(iam)
    rows = read_manifest(iam)
    assert [row.id for row in rows][:3] == ["a01-000u-00", "a01-000u-01", "b02-001-00"]
    assert (rows[0].form, rows[0].writer, rows[0].part, rows[0].source) == (
        "a01-000u", "000", "train", "source_0",
    )  # fmt: skip
    assert rows[1].text == 'He said "no" 1', "quotes are no quoting"


def test_there_may_be_none(iam: Path) -> None:
    assert read_manifest(iam) == []


def test_a_writer_may_be_unknown_but_no_other_column_missing(iam: Path) -> None:
    write_manifest(iam, "writer", "form")
    assert {row.writer for row in read_manifest(iam)} == {""}
    write_manifest(iam, "image_source")
    with pytest.raises(DataError, match="no column 'image_source'"):
        read_manifest(iam)


def test_forms_have_their_lines_and_their_images(iam: Path) -> None:
    write_manifest(iam)
    (iam / "lines/b02/b02-001/b02-001-01.png").unlink()
    forms = forms_of_manifest(read_manifest(iam), iam)
    assert list(forms) == ["a01-000u", "b02-001", "c03-002", "d04-003"]
    assert [line.image_path is not None for line in forms["b02-001"].lines] == [True, False]
    assert forms["b02-001"].writer == "001"
