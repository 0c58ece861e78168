"""Pages are kept until they are forgotten, and known while neither file nor settings change."""

import os
from pathlib import Path, PurePath

import pytest

from text_recognizer.documents.journal import FOLDER, Journal
from text_recognizer.documents.sources import Source
from text_recognizer.predictions.types import LinePrediction, PagePrediction
from text_recognizer.tests.documents.files import write

PAGE = PagePrediction((LinePrediction("to be", 0.123456789012345),), 10, 20, number=3)


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return Source(write(tmp_path / "a.png", [1]), "a.png", PurePath("a"))


def test_a_page_is_known_until_it_is_forgotten(source: Source, tmp_path: Path) -> None:
    journal = Journal(tmp_path / "results", "settings")
    assert journal.known(source, 3) is None
    assert not journal.has(source)
    journal.note(source, PAGE)
    assert Journal(tmp_path / "results", "settings").known(source, 3) == PAGE
    assert journal.known(source, 1) is None
    assert journal.has(source)
    journal.forget(source)
    assert journal.known(source, 3) is None
    assert not (tmp_path / "results" / FOLDER).exists()


def test_a_change_makes_it_unknown(source: Source, tmp_path: Path) -> None:
    journal = Journal(tmp_path / "results", "settings")
    journal.note(source, PAGE)
    assert Journal(tmp_path / "results", "others").known(source, 3) is None
    assert isinstance(source.content, Path)
    os.utime(source.content, (1, 1))
    assert journal.known(source, 3) is None


def test_a_disk_that_is_full_is_told_once(source: Source, tmp_path: Path) -> None:
    (tmp_path / "results").touch()
    journal = Journal(tmp_path / "results", "settings")
    with pytest.raises(OSError, match="results"):
        journal.note(source, PAGE)
    journal.note(source, PAGE)
    (tmp_path / "results").unlink()
    journal.note(source, PAGE)
    assert not journal.has(source)


@pytest.mark.parametrize("inner", [False, True])
def test_links_are_not_followed(inner: bool, source: Source, tmp_path: Path) -> None:
    results, theirs = tmp_path / "results", tmp_path / "theirs"
    Journal(results, "settings").note(source, PAGE)
    (ours,) = (results / FOLDER).iterdir()
    link = ours if inner else results / FOLDER
    link.rename(theirs)
    link.symlink_to(theirs)
    before = sorted(theirs.rglob("*"))
    journal = Journal(results, "settings")
    assert journal.known(source, 3) is None
    assert not journal.has(source)
    journal.forget(source)
    with pytest.raises(OSError, match="a link is in the way"):
        journal.note(source, PAGE)
    assert sorted(theirs.rglob("*")) == before


def test_damaged_records_are_unknown(source: Source, tmp_path: Path) -> None:
    journal = Journal(tmp_path / "results", "settings")
    journal.note(source, PAGE)
    (path,) = (tmp_path / "results").rglob("3.json")
    for content in ("", "{}", "[]", path.read_text().replace("lines", "others")):
        path.write_text(content)
        assert journal.known(source, 3) is None


def test_bytes_are_told_apart_by_their_content(tmp_path: Path) -> None:
    journal = Journal(tmp_path, "settings")
    journal.note(Source(b"a", "-", PurePath("stdin")), PAGE)
    assert journal.known(Source(b"a", "-", PurePath("stdin")), 3) == PAGE
    assert journal.known(Source(b"b", "-", PurePath("stdin")), 3) is None
