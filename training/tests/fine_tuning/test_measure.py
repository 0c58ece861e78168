"""Which lines teach and judge, how they reach the command, and the table of what they bring."""

from pathlib import Path

import numpy as np
import pytest

from text_recognizer.datasets.labelled_lines.folders import read_line_folder
from text_recognizer.errors import DataError
from text_recognizer.tests.datasets.toy_words import write_labelled
from training.fine_tuning import measure
from training.fine_tuning.measure import (
    Measurement,
    document_lines,
    main,
    page_of,
    parts_of,
    table,
    write_parts,
)

TEXTS = {f"{number}.png": f"line {number}" for number in range(12)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = write_labelled(tmp_path / "letters", TEXTS)
    rows = [f"{name}\t{'long' if number < 8 else 'short'}\n" for number, name in enumerate(TEXTS)]
    (made / "documents.tsv").write_text("".join(rows))
    return made


def row(after: float, others_after: float = 0.042) -> Measurement:
    return Measurement("letters", 0, 10, 57, 0.4, after, 0.04, others_after, 0.85, 0, 43.2)


def test_a_document_is_a_folder_or_one_of_those_in_it(folder: Path) -> None:
    assert len(document_lines(str(folder))) == 12
    assert len(document_lines(f"{folder}:long")) == 8
    with pytest.raises(DataError, match="0 labelled lines"):
        document_lines(f"{folder}:missing")


def test_the_same_lines_judge_whatever_number_teaches(folder: Path) -> None:
    lines = document_lines(str(folder))
    few, judged, rest = parts_of(lines, 2, 8, seed=0)
    more, judged_again, rest_again = parts_of(lines, 8, 8, seed=0)
    assert [len(few), len(judged), len(rest), len(more), len(rest_again)] == [2, 4, 6, 8, 0]
    assert judged == judged_again
    assert {line.id for line in [*few, *judged, *rest]} == {*TEXTS}


def test_short_documents_keep_a_quarter_to_judge(folder: Path) -> None:
    taught, judged, _ = parts_of(document_lines(str(folder)), 50, 50, seed=1)
    assert (len(taught), len(judged)) == (9, 3)


def test_parts_are_written_as_fine_tuning_takes_them(folder: Path, tmp_path: Path) -> None:
    taught, judged, _ = parts_of(document_lines(str(folder)), 3, 3, seed=0)
    write_parts(tmp_path / "parts", taught, judged)
    read = read_line_folder(tmp_path / "parts")
    assert sorted(read.splits.values()) == ["test"] * 9 + ["train"] * 3
    assert [line.text for line in read.images] == [line.text for line in [*taught, *judged]]
    np.testing.assert_array_equal(read.images[0].load(), taught[0].load())


def test_lines_are_set_as_a_page_on_their_paper() -> None:
    lines = [np.full((20, 100), 200, np.uint8), np.full((30, 60), 200, np.uint8)]
    lines[0][5:10, 20:40] = 0
    page = page_of(lines)
    assert page.shape == (20 + 30 + 3 * 40, 100 + 2 * 40)
    assert np.count_nonzero(page == 0) == 5 * 20
    assert page.max() == 200


def test_the_table_ends_with_the_mean_of_the_ratios() -> None:
    said = table({10: [row(0.2), row(0.4, others_after=0.044)]}).splitlines()
    assert said[2].startswith("| letters | 0 | 10 | 57 | 40.0 | 20.0 | 0.50 | 4.00 | 4.20 | 0.85 |")
    assert "**0.75**" in said[-1]
    assert "**+0.30**" in said[-1]


def test_every_document_is_measured_with_every_number_and_seed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[tuple[str, int, int, int]] = []

    def fake(name: str, count: int, most: int, seed: int, *_: object) -> Measurement:
        asked.append((name, count, most, seed))
        return row(0.1)

    monkeypatch.setattr(measure, "measure", fake)
    assert main(["--document", "a", "--document", "b", "--lines", "5", "20", "--seeds", "2"]) == 0
    assert asked[:4] == [("a", 5, 20, 0), ("a", 20, 20, 0), ("a", 5, 20, 1), ("a", 20, 20, 1)]
    assert [asked[4][0], len(asked)] == ["b", 8]
    assert "mean, 20" in capsys.readouterr().out


def test_missing_folders_are_named(caplog: pytest.LogCaptureFixture) -> None:
    assert main(["--document", "nowhere"]) == 1
    assert "nowhere" in caplog.text
