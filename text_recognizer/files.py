r"""Files and folders written as a whole or not at all, and their digests.

```python
from pathlib import Path

from text_recognizer.files import replacing, replacing_folder, sha256_of, write_atomically

path = Path(folder) / "note.txt"
write_atomically(path, "read me\n")
with replacing(path) as partial:  # for writers that want a path of their own
    partial.write_text("read me again\n")
print(path.read_text(), sha256_of(path)[:8])
with replacing_folder(Path(folder) / "model") as new:
    (new / "card.md").write_text("of the model")
```
"""

import ctypes
import errno
import hashlib
import json
import os
import re
import secrets
import shutil
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

fcntl: ModuleType | None
try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

_CHUNK_BYTES = 1 << 20  # read at a time while a digest is computed
_PARTIAL = ".part"
_NAME_BYTES = 16  # of chance in the name of a file that is being written: cannot be guessed
_PARTIAL_NAME = re.compile(r"\.[0-9a-f]{32}\.part")
_EXCHANGE = 2  # flag of renameat2 (Linux) and of renamex_np (macOS): the two names change places
_OF_WORKING_DIRECTORY = -100  # AT_FDCWD of Linux


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a new, empty file beside `path` to write to, which takes its place when the block ends.

    A reader sees the old content or the new, never a part of it; if the block fails, the old file stays and
    the new one is removed. The name cannot be guessed, and until the file takes its place nobody else may
    open it. A link at `path` is replaced, not followed. The file gets the permissions of the one that it
    replaces, or those that the umask leaves.

    Args:
        path: The file to write; missing folders are made.

    Raises:
        OSError: If the folder cannot be written to or the disk is full.
    """
    with _replacing(path) as (partial, _):
        yield partial


@contextmanager
def _replacing(path: Path) -> Iterator[tuple[Path, int]]:
    """Do what `replacing` does; give the new file and a descriptor that it is open at for writing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial, descriptor = _opened(path.parent)
    try:
        mode = _mode(path, descriptor)
        os.fchmod(descriptor, 0o600)
        yield partial, descriptor
        os.fchmod(descriptor, mode)
        os.fsync(descriptor)  # on the disk before it gets its name: a power cut leaves no stub
        os.replace(partial, path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    finally:
        os.close(descriptor)


def _opened(folder: Path) -> tuple[Path, int]:
    """Return a new file and a descriptor that it is open at for writing; a lock says that it is in use."""
    while True:
        partial = folder / f".{secrets.token_hex(_NAME_BYTES)}{_PARTIAL}"
        descriptor = os.open(partial, os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_WRONLY, 0o666)
        if _claimed(descriptor):
            return partial, descriptor
        os.close(descriptor)


def _claimed(descriptor: int) -> bool:
    """Take the lock of a new file or folder; tell whether nobody who cleans up was faster."""
    if fcntl is None:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:  # he has the lock, and is about to remove it
        return False
    except OSError:  # the file system knows no locks, without which nobody cleans up
        return True
    return os.fstat(descriptor).st_nlink > 0


def _locked(descriptor: int) -> bool:
    """Take the lock of an open file, which ends with the process; tell whether that succeeded."""
    if fcntl is None:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # another process has it, or the file system knows no locks
        return False
    return True


def lock_file(path: Path, wait: bool = False) -> int | None:
    """Return a descriptor that holds the lock of a file; None if another one holds it.

    The file is made if need be, for this user alone, and a link is not followed. However its process ends,
    the kernel releases the lock: there is nothing to clean up. A process that inherits the descriptor holds
    the lock, too. Windows has no such lock, and everybody gets it.

    Args:
        path: The file.
        wait: Whether to wait until it is free.

    Raises:
        OSError: If the file cannot be opened, or its file system knows no locks.
    """
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o600)
    try:
        if fcntl is not None:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError as error:
        os.close(descriptor)
        if isinstance(error, BlockingIOError):
            return None
        raise
    return descriptor


def _mode(path: Path, new: int) -> int:
    """Return the permissions of the file that is replaced, or those that the umask left to the new one."""
    try:
        old = path.lstat()
    except FileNotFoundError:
        old = None
    return stat.S_IMODE((old if old and stat.S_ISREG(old.st_mode) else os.fstat(new)).st_mode) & 0o777


def write_atomically(path: Path, content: bytes | str) -> None:
    """Write a file so that a reader sees the old content or the new, never a part; text as UTF-8.

    Raises:
        OSError: If the folder cannot be written to or the disk is full.
    """
    with _replacing(path) as (_, descriptor), os.fdopen(descriptor, "wb", closefd=False) as file:
        file.write(content.encode("utf-8") if isinstance(content, str) else content)


@contextmanager
def replacing_folder(path: Path) -> Iterator[Path]:
    """Give a new, empty folder to fill, which takes the place of the folder `path` when the block ends.

    A reader, and whoever comes after a kill, finds the old folder or the new one as a whole; if the block
    fails, the old one stays. Only on file systems that cannot exchange two folders (NFS is one) there is none
    for an instant, and a kill in it leaves the old one as `.NAME.old`. What killed writers have left beside
    `path` is removed.

    Args:
        path: The folder to write; missing ones above it are made.

    Raises:
        OSError: If the folder above cannot be written to or the disk is full.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _remove_partial(path.parent.glob(f".*{_PARTIAL}"))
    hidden, descriptor = _opened_folder(path.parent)
    try:
        new = hidden / path.name
        new.mkdir()
        yield new
        for file in new.rglob("*"):
            _sync(file)
        _take_place(new, path)
        _sync(path.parent)
    finally:
        os.close(descriptor)
        shutil.rmtree(hidden, ignore_errors=True)  # with the old folder, if the two have changed places


def _opened_folder(parent: Path) -> tuple[Path, int]:
    """Return a new, hidden folder and a descriptor of it, whose lock says that it is in use."""
    while True:
        hidden = parent / f".{secrets.token_hex(_NAME_BYTES)}{_PARTIAL}"
        hidden.mkdir(0o700)
        try:
            descriptor = os.open(hidden, os.O_RDONLY | os.O_NOFOLLOW)
        except FileNotFoundError:  # somebody who cleans up was faster
            continue
        if _claimed(descriptor) and hidden.exists():
            return hidden, descriptor
        os.close(descriptor)


def _sync(path: Path) -> None:
    """Wait until a file or a folder is on the disk: a power cut after that leaves no stub."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _take_place(new: Path, path: Path) -> None:
    """Give a folder the name of another one, which gets the other's if both can be done at once."""
    try:
        new.rename(path)  # there is none, or an empty one
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
            raise
        if not _exchanged(new, path):
            old = path.with_name(f".{path.name}.old")
            shutil.rmtree(old, ignore_errors=True)
            path.rename(old)
            new.rename(path)
            _remove(old)


def _exchanged(one: Path, other: Path) -> bool:
    """Let two folders change their names at once; tell whether the system can do that."""
    names = os.fsencode(one), os.fsencode(other)
    try:
        if sys.platform == "darwin":
            return bool(ctypes.CDLL(None).renamex_np(*names, _EXCHANGE) == 0)
        at = _OF_WORKING_DIRECTORY
        return bool(ctypes.CDLL(None).renameat2(at, names[0], at, names[1], _EXCHANGE) == 0)
    except AttributeError:  # the C library does not have it
        return False


def remove_partial_files(folder: Path) -> None:
    """Remove what writers that were killed have left in a folder and in those within it.

    What a process is writing to stays. Where there are no locks, all stays.

    Raises:
        OSError: If the folder cannot be written to.
    """
    _remove_partial(folder.rglob(f".*{_PARTIAL}"))


def _remove_partial(paths: Iterable[Path]) -> None:
    for path in [path for path in paths if _PARTIAL_NAME.fullmatch(path.name)]:
        try:
            descriptor = os.open(path, (os.O_RDONLY if path.is_dir() else os.O_WRONLY) | os.O_NOFOLLOW)
        except OSError:  # it is gone, or it is none of ours
            continue
        try:
            if _locked(descriptor):
                _remove(path)
        finally:
            os.close(descriptor)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def write_json(path: Path, value: Any) -> None:
    """Write `value` as JSON with an indent of two spaces, atomically; characters stay as they are.

    Raises:
        OSError: If the folder cannot be written to or the disk is full.
        TypeError: If a part of the value has no JSON.
    """
    write_atomically(path, json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal.

    Raises:
        OSError: If the file cannot be read.
    """
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()
