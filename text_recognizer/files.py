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
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_CHUNK_BYTES = 1 << 20  # read at a time while a digest is computed


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a new, empty file beside `path` to write to, which takes its place when the block ends.

    A reader sees the old content or the new, never a part of it; if the block fails, the old file stays and
    the new one is removed. The name cannot be guessed and is opened by nobody else, so that no link that
    lies in wait is followed.

    Args:
        path: The file to write; missing folders are made.

    Raises:
        OSError: If the folder cannot be written to or the disk is full.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(descriptor)
    partial = Path(name)
    try:
        yield partial
        partial.chmod(0o644)
        with partial.open("rb") as file:  # on the disk before it gets its name: a power cut leaves no stub
            os.fsync(file.fileno())
        os.replace(partial, path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def write_atomically(path: Path, content: bytes | str) -> None:
    """Write a file so that a reader sees the old content or the new, never a part; text as UTF-8.

    Raises:
        OSError: If the folder cannot be written to or the disk is full.
    """
    with replacing(path) as partial:
        partial.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)


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
