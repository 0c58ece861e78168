from pathlib import Path

import pytest

from text_recognizer.datasets.iam_online.texts import (
    OnlineLine,
    natural_spelling,
    read_lines,
    read_validation_forms,
)
from text_recognizer.errors import DataError


@pytest.mark.parametrize(
    ("transcript", "spelling"),
    [
        (
            "Mr . Foot ' s line ( ours ) will be , I 'd say , ready .",
            "Mr. Foot's line (ours) will be, I'd say, ready.",
        ),
        ('" We want to', '"We want to'),
        ('seem to " prop up " an', 'seem to "prop up" an'),
        ('He said : " Go away "', 'He said: "Go away"'),
        ('better places, " he commented."', 'better places," he commented."'),
        ('was empty. " I shall', 'was empty. "I shall'),
        ('it was " unsatisfactory " .', 'it was "unsatisfactory".'),
        (',,Parrots" are  amusing', '"Parrots" are amusing'),
        ("the boys' sun, 'quick' don't # it - so ...", "the boys' sun, 'quick' don't # it - so..."),
    ],
)
def test_transcripts_are_spelled_as_iam_spells(transcript: str, spelling: str) -> None:
    assert natural_spelling(transcript) == spelling


def test_lines_come_in_order_and_without_empty_ones(tmp_path: Path) -> None:
    path = tmp_path / "lines.tsv"
    path.write_text("line_id\ttext\tpath\nb01-001-02\tso .\tb.xml\na01-000u-01\tHe\ta.xml\nc\t \tc.xml\n")
    assert read_lines(path) == [
        OnlineLine("a01-000u-01", "He", "a.xml"),
        OnlineLine("b01-001-02", "so.", "b.xml"),
    ]
    assert [line.form for line in read_lines(path)] == ["a01-000u", "b01-001"]


@pytest.mark.parametrize("content", ["", "id\ttext\nx\ty\n", "line_id\ttext\tpath\na\tb\n"])
def test_another_table_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "lines.tsv"
    path.write_text(content)
    with pytest.raises(DataError, match="column"):
        read_lines(path)


def test_validation_is_six_writers(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"testset_v\.txt"):
        read_validation_forms(tmp_path)
    (tmp_path / "testset_v.txt").write_text("".join(f" f{i:02d}\n" for i in range(60)))
    assert read_validation_forms(tmp_path) == {f"f{i:02d}" for i in range(48)}
