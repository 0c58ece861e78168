"""SHA-256 of files, remembered while their size and modification time stay the same, and of samples."""

import functools
import hashlib
import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from text_recognizer.files import sha256_of, write_atomically
from text_recognizer.preprocessing.version import code_digest, preprocessing_version
from text_recognizer.tooling.data_root import data_root

logger = logging.getLogger(__name__)

_PACKAGE = Path(__file__).parents[2]  # text_recognizer/


def hash_samples(inputs: Mapping[str, object], *code: str) -> str:
    """Return the SHA-256 (hex) over all that the samples of a data set depend on: its `data_hash`.

    Args:
        inputs: Parameters, and hashes of the files read; of types that JSON has.
        code: Modules and packages of `text_recognizer`, such as `datasets.iam.lines_dataset`, that turn
            files into samples. What they do counts, comments and docstrings do not; the preprocessing
            always counts.

    Raises:
        TypeError: If an input has no JSON: its text might change from run to run.
    """
    return hash_key({"inputs": inputs, "preprocessing": preprocessing_version(), "code": _code_digest(code)})


@functools.cache
def _code_digest(names: tuple[str, ...]) -> str:
    """Return a digest of what the modules `names` do, and all modules of the packages among them."""
    paths = []
    for name in names:
        path = _PACKAGE.joinpath(*name.split("."))
        paths += sorted(path.glob("*.py")) if path.is_dir() else [path.with_suffix(".py")]
    return code_digest(path.read_text(encoding="utf-8") for path in paths)


def hash_key(key: Mapping[str, object]) -> str:
    """Return the SHA-256 (hex) over the JSON of `key`, whatever the order of its entries.

    Raises:
        TypeError: If a value has no JSON: its text might change from run to run.
    """
    return hashlib.sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()


def hash_of_parts(hashes: Sequence[str]) -> str:
    """Return the hash of several data sets by theirs: that of a single one, or one over all."""
    return hashes[0] if len(hashes) == 1 else hash_key({"parts": list(hashes)})


def hash_file(path: Path) -> str:
    """Return the SHA-256 (hex) of one file, remembered from an earlier call if the file is unchanged."""
    return hash_each([path])[0]


def hash_files(paths: Iterable[Path]) -> str:
    """Return one SHA-256 (hex) over names and contents of files; order and folders do not matter."""
    listed = list(paths)
    entries = sorted(zip((path.name for path in listed), hash_each(listed), strict=True))
    return hashlib.sha256(json.dumps(entries).encode()).hexdigest()


def hash_each(paths: list[Path]) -> list[str]:
    """Return the SHA-256 (hex) of each file, remembered as by `hash_file`; the memory is read once."""
    known = _read_index()
    hashes, changed = [], False
    for path in paths:
        status = path.stat()
        stamp = f"{status.st_size}-{status.st_mtime_ns}"
        entry = known.get(name := str(path.resolve()))
        if entry is None or entry[0] != stamp:
            entry = known[name] = [stamp, sha256_of(path)]
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
        write_atomically(_index_path(), json.dumps(index))
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
