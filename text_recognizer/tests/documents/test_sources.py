"""Files are found by path, folder and pattern; each has a place of its own."""

from pathlib import Path

import pytest

from text_recognizer.documents.sources import find_sources, shard


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b/2.PNG", "a/1.jpg", "3.pdf", "notes.txt", ".hidden.png", ".git/x.png", "a/deep/4.tif"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


def names(*paths: str | Path, recursive: bool = False, besides: Path | None = None) -> list[str]:
    return [Path(source.name).name for source in find_sources(paths, recursive, besides)]


def places(*paths: str | Path) -> list[str]:
    return [source.place.as_posix() for source in find_sources(paths, recursive=True)]


def test_folders_and_patterns(folder: Path) -> None:
    assert names(folder) == ["3.pdf"]
    assert names(folder, recursive=True) == ["3.pdf", "1.jpg", "4.tif", "2.PNG"]
    assert names(folder / "*" / "*.[jP]*") == ["1.jpg", "2.PNG"]
    assert names(folder / "**" / "*.tif") == ["4.tif"]
    assert names(folder / "notes.txt", folder / "3.pdf", folder) == ["notes.txt", "3.pdf"]
    assert names(folder, recursive=True, besides=folder / "a") == ["3.pdf", "2.PNG"]
    assert names(folder / "a" / "1.jpg", besides=folder / "a") == ["1.jpg"]


def test_missing_files_stay_and_empty_folders_are_named(folder: Path) -> None:
    (missing,) = find_sources([folder / "none.png"])
    assert missing.name.endswith("none.png")
    assert missing.problem == ""
    (folder / "empty").mkdir()
    (source,) = find_sources([folder / "empty"])
    assert "it names no file; expected some named *.avif" in source.problem
    (source,) = find_sources([folder / "*.gif"])
    assert source.problem


def test_places_are_stems_with_what_tells_them_apart(folder: Path) -> None:
    assert places(folder) == ["3", "a/1", "a/deep/4", "b/2"]
    assert places(folder / "a" / "1.jpg", folder / "3.pdf") == ["1", "3"]
    for name in ("a/same.png", "b/same.png", "b/Same.jpg", "c.png", "c.tif"):
        (folder / name).touch()
    assert places(folder / "a" / "same.png", folder / "b" / "same.png") == ["a/same", "b/same"]
    assert places(folder / "b" / "same.png", folder / "b" / "Same.jpg") == ["same.png", "Same.jpg"]
    assert places(folder / "c.png", folder / "c.tif") == ["c.png", "c.tif"]
    assert places(folder / "a", folder / "b" / "same.png") == ["1", "deep/4", "a/same", "b/same"]


def test_shards_share_the_files_and_stay_when_some_are_added(folder: Path) -> None:
    for number in range(40):
        (folder / f"page{number}.png").touch()
    sources = find_sources([folder], recursive=True)
    shards = [shard(sources, index, 3) for index in (1, 2, 3)]
    assert sorted(s.name for each in shards for s in each) == sorted(s.name for s in sources)
    assert min(map(len, shards)) > 5
    (folder / "0.png").touch()
    assert {s.name for s in shards[0]} <= {s.name for s in shard(find_sources([folder], True), 1, 3)}
