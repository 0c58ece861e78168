"""SHA-256 of files, remembered as long as size and modification time stay the same."""

import hashlib
import json
import logging
import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from text_recognizer.tooling.data_root import data_root

logger = logging.getLogger(__name__)

_CHUNK = 1 << 20


def hash_key(key: Mapping[str, object]) -> str:
    """Return the SHA-256 (hex) over the JSON of `key`, whatever the order of its entries.

    Raises:
        TypeError: If a value has no JSON: its text might change from run to run.
    """
    return hashlib.sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()


def hash_file(path: Path) -> str:
    """Return the SHA-256 (hex) of one file, remembered from an earlier call if the file is unchanged."""
    return hash_each([path])[0]


def hash_content(path: Path) -> str:
    """Return the SHA-256 (hex) of one file, read anew."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def hash_files(paths: Iterable[Path]) -> str:
    """Return one SHA-256 (hex) over names and contents of files; order and folders do not matter."""
    listed = list(paths)
    entries = sorted(zip((path.name for path in listed), hash_each(listed), strict=True))
    return hashlib.sha256(json.dumps(entries).encode()).hexdigest()


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that a reader sees the old content or the new, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        Path(temporary).chmod(0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def hash_each(paths: list[Path]) -> list[str]:
    """Return the SHA-256 (hex) of each file, remembered as by `hash_file`; the memory is read once."""
    known = _read_index()
    hashes, changed = [], False
    for path in paths:
        status = path.stat()
        stamp = f"{status.st_size}-{status.st_mtime_ns}"
        entry = known.get(name := str(path.resolve()))
        if entry is None or entry[0] != stamp:
            entry = known[name] = [stamp, hash_content(path)]
            changed = True
        hashes.append(entry[1])
    if changed:
        _write_index(known)
    return hashes


def _index_path() -> Path:
    return data_root() / "processed" / "file_hashes.json"


def _write_index(index: dict[str, list[str]]) -> None:
    try:
        # Two processes may overwrite each other's entries: what is lost is only computed again.
        write_atomically(_index_path(), json.dumps(index).encode())
    except OSError as error:
        logger.warning("Digests are not remembered, %s cannot be written: %s", _index_path(), error)


def _read_index() -> dict[str, list[str]]:
    try:
        index = json.loads(_index_path().read_text(encoding="utf-8"))
        return {name: [str(stamp), str(digest)] for name, (stamp, digest) in index.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, AttributeError, TypeError) as error:
        logger.warning("Rebuilding the damaged index %s: %s", _index_path().name, error)
        return {}
