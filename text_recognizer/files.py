r"""Files written as a whole or not at all, and their digests.

```python
from pathlib import Path

from text_recognizer.files import replacing, sha256_of, write_atomically

path = Path(folder) / "note.txt"
write_atomically(path, "read me\n")
with replacing(path) as partial:  # for writers that want a path of their own
    partial.write_text("read me again\n")
print(path.read_text(), sha256_of(path)[:8])
```
"""

import hashlib
import json
import os
import re
import secrets
import stat
from collections.abc import Iterator
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
        if _locked(descriptor) and not os.fstat(descriptor).st_nlink:
            os.close(descriptor)  # somebody who cleans up was faster than the lock
            continue
        return partial, descriptor


def _locked(descriptor: int) -> bool:
    """Take the lock of an open file, which ends with the process; tell whether that succeeded."""
    if fcntl is None:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # another process has it, or the file system knows no locks
        return False
    return True


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


def remove_partial_files(folder: Path) -> None:
    """Remove what writers that were killed have left in a folder and in those within it.

    Files that a process is writing to stay. Where there are no locks, all stay.

    Raises:
        OSError: If the folder cannot be written to.
    """
    for path in folder.rglob(f".*{_PARTIAL}"):
        if not _PARTIAL_NAME.fullmatch(path.name):
            continue
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_NOFOLLOW)
        except OSError:  # it is gone, or it is none of ours
            continue
        try:
            if _locked(descriptor):
                path.unlink(missing_ok=True)
        finally:
            os.close(descriptor)


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
