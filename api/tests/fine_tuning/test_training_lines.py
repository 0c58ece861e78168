"""Archives of strangers become a folder of lines, or are refused before anything is written."""

import zipfile
from pathlib import Path

import pytest

from api.fine_tuning import training_lines
from api.fine_tuning.training_lines import MIN_LINES, unpack
from api.tests.fine_tuning.archives import archive, png
from api.tests.hostile.cases import lessons, nested
from text_recognizer.errors import ImageTooLargeError, InvalidInputError


def test_lines_are_written(tmp_path: Path) -> None:
    documents = b"lines/00001.png\ta letter\n"
    assert unpack(archive(others={"documents.tsv": documents}), tmp_path / "new") == MIN_LINES
    assert (tmp_path / "new" / "documents.tsv").read_bytes() == documents
    assert (tmp_path / "new" / "lines" / "00002.png").read_bytes() == png()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"nothing", "no readable ZIP"),
        (archive()[:-30], "no readable ZIP"),
        (archive(MIN_LINES - 1), f"At least {MIN_LINES} lines"),
        (archive(compression=zipfile.ZIP_DEFLATED), "a compressed labels.tsv"),
        (archive(others={"../evil": b""}), "'../evil'"),
        (archive(others={"lines/00001.png/x": b""}), "00001.png/x"),
        (archive(others={"lines/00009.png": b"GIF89a" + bytes(50)}), "is no PNG"),
        (archive(others={"lines/00009.png": b""}), "is no PNG"),
        (lessons()["encrypted lines"], "an encrypted"),
        (lessons()["lines of another version"], "no readable ZIP"),
        (lessons()["one entry 2,000 times"], "an entry twice"),
        (nested(20), "entries that overlap"),
    ],
)
def test_what_is_no_archive_of_lines(content: bytes, said: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match=said):
        unpack(content, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ImageTooLargeError, match="200100 x 20 pixels"):
        unpack(archive(others={"lines/00009.png": png(200_100)}), tmp_path / "new")
    monkeypatch.setattr(training_lines, "MAX_LINES", MIN_LINES)
    with pytest.raises(ImageTooLargeError, match="At most 5 lines"):
        unpack(archive(MIN_LINES + 1), tmp_path / "new")
    with pytest.raises(ImageTooLargeError, match="the ZIP file has more"):
        unpack(archive(MIN_LINES + 2), tmp_path / "new")
