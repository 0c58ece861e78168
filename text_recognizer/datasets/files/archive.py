"""Unpack zip and tar archives that are not trusted: no path escapes, links, devices or bombs."""

import lzma
import os
import shutil
import stat
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from text_recognizer.errors import DataError


@dataclass(frozen=True)
class Limits:
    """What an archive may hold at most.

    ```python
    from text_recognizer.datasets.files.archive import Limits

    print(Limits(members=1000).total_bytes)
    ```

    Attributes:
        members: Number of files.
        folders: Number of entries that are folders; each costs time, though nothing is written for it.
        total_bytes: Size of all files, unpacked.
        ratio: Unpacked size over packed size; of each member in a zip, of the whole in a tar.
    """

    members: int = 200_000
    folders: int = 20_000
    total_bytes: int = 20 << 30
    ratio: float = 300.0


@dataclass(frozen=True)
class _Member:
    name: PurePosixPath
    size: int
    handle: zipfile.ZipInfo | tarfile.TarInfo


DEFAULT_LIMITS = Limits()
_MIN_BOMB_BYTES = 1 << 20  # smaller files may be packed at any ratio: they fill no disk
_HEADER_TYPES = {tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE, tarfile.XGLTYPE}
_HEADER_TYPES |= {tarfile.SOLARIS_XHDTYPE}
_MAX_HEADER_BYTES = 1 << 20  # of names and attributes before an entry; they take some hundred
_CHUNK_BYTES = 1 << 20  # held in memory while a file is unpacked
_DAMAGE = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    NotImplementedError,  # an unknown compression in a zip
    RuntimeError,  # an encrypted zip
)


class _Entry(tarfile.TarInfo):
    """An entry of a tar whose extended header, which tarfile reads as a whole, may not be long."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> "_Entry":
        entry = super().frombuf(buf, encoding, errors)
        if entry.type in _HEADER_TYPES and entry.size > _MAX_HEADER_BYTES:
            raise tarfile.HeaderError(f"a header of {entry.size} bytes")
        return entry


def extract(archive: Path, target: Path, limits: Limits = DEFAULT_LIMITS) -> None:
    """Unpack all of `archive` into the folder `target`: all files or, on any error, none.

    An existing `target` receives the files in addition to its own; files of the same name are replaced.

    Args:
        archive: A zip, or a tar with any compression that `tarfile` reads.
        target: The folder to fill.
        limits: What the archive may hold at most.

    Raises:
        DataError: If the archive is damaged, or holds a forbidden member, or too much.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
    try:
        with _opened(archive) as opened:
            members = _checked_members(archive, opened, limits)
            for member in members:
                _extract_member(opened, member, temporary)
        temporary.chmod(0o755)
        if target.exists():
            shutil.copytree(temporary, target, dirs_exist_ok=True, copy_function=os.replace)
        else:
            os.replace(temporary, target)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def read_members(
    archive: Path, prefix: str = "", limits: Limits = DEFAULT_LIMITS
) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of the files of an archive whose names start with `prefix`, unpacking nothing.

    Raises:
        DataError: As `extract`.
    """
    with _opened(archive) as opened:
        for member in _checked_members(archive, opened, limits):
            if str(member.name).startswith(prefix):
                with _open_member(opened, member) as file:
                    yield str(member.name), file.read(member.size)


@contextmanager
def _opened(archive: Path) -> Iterator[zipfile.ZipFile | tarfile.TarFile]:
    try:
        if zipfile.is_zipfile(archive):
            with zipfile.ZipFile(archive) as opened_zip:
                yield opened_zip
        else:
            with tarfile.open(archive, tarinfo=_Entry) as opened_tar:
                yield opened_tar
    except _DAMAGE as error:
        raise DataError(
            f"{archive.name} cannot be read as a zip or tar archive: {error}. Fetch it again."
        ) from error


def _checked_members(
    archive: Path, opened: zipfile.ZipFile | tarfile.TarFile, limits: Limits
) -> list[_Member]:
    """Return the files of an archive after looking at every entry."""
    members: list[_Member] = []
    total = 0
    for member in _members(archive, opened, limits):
        total += member.size
        if isinstance(member.handle, zipfile.ZipInfo):
            _check_ratio(archive, str(member.name), member.size, member.handle.compress_size, limits)
        members.append(member)
        # Inside the loop: listing the members of a tar already unpacks it.
        if len(members) > limits.members or total > limits.total_bytes:
            raise DataError(
                f"{archive.name} holds more than {limits.members} files or {limits.total_bytes} bytes. "
                "It is not the official archive."
            )
        if isinstance(opened, tarfile.TarFile):
            _check_ratio(archive, archive.name, total, archive.stat().st_size, limits)
    if isinstance(opened, tarfile.TarFile):
        _read_rest(opened, limits.total_bytes)
    return members


def _read_rest(opened: tarfile.TarFile, at_most: int) -> None:
    """Read what follows the last member of a tar: only its end holds the checksum of the compression."""
    while opened.fileobj is not None and (chunk := opened.fileobj.read(_CHUNK_BYTES)):
        at_most -= len(chunk)
        if at_most < 0:
            raise tarfile.TarError("too much follows the last file")


def _check_ratio(archive: Path, name: str, size: int, packed: int, limits: Limits) -> None:
    if size > _MIN_BOMB_BYTES and size > limits.ratio * packed:
        raise DataError(
            f"{name} in {archive.name} unpacks {packed} bytes to {size}, more than {limits.ratio:.0f} to 1. "
            "It looks like a decompression bomb; fetch the official archive."
        )


def _members(archive: Path, opened: zipfile.ZipFile | tarfile.TarFile, limits: Limits) -> Iterable[_Member]:
    folders = 0
    if isinstance(opened, zipfile.ZipFile):
        for info in opened.infolist():
            kind = stat.S_IFMT(info.external_attr >> 16)
            if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
                raise _forbidden(archive, info.filename, "a link or a device")
            name = _safe_name(archive, info.filename)
            if not info.is_dir():
                yield _Member(name, info.file_size, info)
            else:
                folders = _counted(archive, folders, limits)
        return
    for entry in opened:
        if not entry.isreg() and not entry.isdir():
            raise _forbidden(archive, entry.name, "a link or a device")
        name = _safe_name(archive, entry.name)
        if entry.isreg():
            yield _Member(name, entry.size, entry)
        else:
            folders = _counted(archive, folders, limits)


def _counted(archive: Path, folders: int, limits: Limits) -> int:
    """Return the number of folders with one more, if an archive may have as many."""
    if folders >= limits.folders:
        raise DataError(
            f"{archive.name} holds more than {limits.folders} folders. It is not the official archive."
        )
    return folders + 1


def _safe_name(archive: Path, name: str) -> PurePosixPath:
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or "\0" in name or ":" in (path.parts or ("",))[0]:
        raise _forbidden(archive, name, "a path that leaves the folder")
    return path


def _forbidden(archive: Path, name: str, what: str) -> DataError:
    return DataError(
        f"{archive.name} holds {what}: {name!r}; only plain files and folders are unpacked. "
        "Nothing was unpacked; it is not the official archive."
    )


def _open_member(opened: zipfile.ZipFile | tarfile.TarFile, member: _Member) -> IO[bytes]:
    if isinstance(opened, zipfile.ZipFile):
        return opened.open(member.handle)  # type: ignore[arg-type]
    file = opened.extractfile(member.handle)  # type: ignore[arg-type]
    if file is None:
        raise tarfile.TarError(f"{member.name} is no file")
    return file


def _extract_member(opened: zipfile.ZipFile | tarfile.TarFile, member: _Member, folder: Path) -> None:
    path = folder / member.name
    path.parent.mkdir(parents=True, exist_ok=True)
    left = member.size
    with _open_member(opened, member) as source, path.open("wb") as file:
        # The declared size has been counted against the limits: nothing beyond it is written.
        while left and (chunk := source.read(min(_CHUNK_BYTES, left))):
            file.write(chunk)
            left -= len(chunk)
    if left:
        raise EOFError(f"{member.name} ends {left} bytes early")
