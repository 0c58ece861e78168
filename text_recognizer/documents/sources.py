"""The files that paths, folders and patterns name, and where the results of each go."""

import glob
import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

SUFFIXES = (  # of the files that are read of a folder
    ".avif", ".bmp", ".gif", ".heic", ".heif", ".jpeg", ".jpg", ".pdf", ".png", ".tif", ".tiff", ".webp",
)  # fmt: skip


@dataclass(frozen=True)
class Source:
    """A file to be read.

    Attributes:
        content: Its path, or its bytes.
        name: What it is called in results and messages.
        place: Where its results go: a path relative to their folder, without a suffix.
        problem: Why there is nothing to read; empty if there is.
    """

    content: Path | bytes
    name: str
    place: PurePath
    problem: str = ""


def find_sources(
    paths: Iterable[str | Path], recursive: bool = False, besides: Path | None = None
) -> list[Source]:
    """Return the files that paths name, those of a folder or pattern by name.

    A path with `*`, `?` or `[` that does not exist is a pattern, in which `**` stands for any folders. Hidden
    files and folders are left out. A file that is named twice comes once.

    Args:
        paths: Files, folders or patterns.
        recursive: Whether folders within folders count.
        besides: A folder whose files are no sources: that of the results.
    """
    found: dict[Path, Path] = {}  # each file, and the folder that its place is relative to
    problems: list[Source] = []
    for path in map(Path, paths):
        empty = True
        for file, root in _files(path, recursive):
            empty = False
            if besides is None or path == file or not file.absolute().is_relative_to(besides.absolute()):
                found.setdefault(file, root)
        if empty:
            problem = f"it names no file; expected some named *{', *'.join(SUFFIXES)}"
            problems.append(Source(path, str(path), PurePath(path.name), problem))
    places = _places(found)
    return [Source(file, str(file), places[file]) for file in found] + problems


def shard(sources: Iterable[Source], index: int, count: int) -> list[Source]:
    """Return every source whose share is that of machine `index` of `count`, from 1 on.

    The share depends on the place alone, so that it stays when files are added.
    """
    return [source for source in sources if _digest(source.place.as_posix()) % count == index - 1]


def _digest(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogateescape")).digest()[:8])


def _files(path: Path, recursive: bool) -> Iterator[tuple[Path, Path]]:
    """Yield each file that a path names, and the folder that it was looked for in."""
    if path.is_dir():
        for file in sorted(path.rglob("*") if recursive else path.iterdir()):
            hidden = any(part.startswith(".") for part in file.relative_to(path).parts)
            if file.suffix.lower() in SUFFIXES and not hidden and file.is_file():
                yield file, path
    elif _is_pattern(path):
        for name in sorted(glob.glob(str(path), recursive=True)):
            if Path(name).is_file():
                yield Path(name), Path(name).parent
    else:
        yield path, path.parent


def _is_pattern(path: Path) -> bool:
    return glob.has_magic(str(path)) and not path.exists()


def _places(files: dict[Path, Path]) -> dict[Path, PurePath]:
    """Return the place of each file: its stem, with as many of its folders and suffixes as tell it apart."""
    places = {file: PurePath(file.relative_to(root)).with_suffix("") for file, root in files.items()}
    if twice := _shared(places):
        common = Path(os.path.commonpath([file.absolute().parent for file in twice]))
        places |= {file: PurePath(file.absolute().relative_to(common)).with_suffix("") for file in twice}
    for file in _shared(places):
        places[file] = places[file].with_name(file.name)
    return places


def _shared(places: dict[Path, PurePath]) -> list[Path]:
    """Return the files that share their place with another one; some file systems know no upper case."""
    owners: dict[str, list[Path]] = {}
    for file, place in places.items():
        owners.setdefault(place.as_posix().casefold(), []).append(file)
    return [file for each in owners.values() if len(each) > 1 for file in each]
