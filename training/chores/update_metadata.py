"""Record the SHA-256 of data files in the metadata.toml beside them: data versioning.

The digest and the commit together identify the data that a model is trained on.
"""

import argparse
import logging
import re
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from text_recognizer.errors import DataError
from text_recognizer.files import sha256_of, write_atomically
from text_recognizer.tooling.command import command_parser, run_command

logger = logging.getLogger(__name__)

_TABLE = re.compile(r"\s*\[")
_FILENAME = re.compile(r"\s*[\"']?filename[\"']?\s*=")
_SHA256 = re.compile(r"(\s*[\"']?sha256[\"']?\s*=\s*)(?:\"[^\"]*\"|'[^']*')")


def update_metadata(path: Path) -> dict[str, tuple[str, str]]:
    """Write the digests of all files that a metadata.toml names into it; the rest stays unchanged.

    Args:
        path: The metadata.toml; the files lie beside it.

    Returns:
        Digest before (empty if there was none) and after, by name of each file whose digest changed.

    Raises:
        DataError: If the metadata or a file is missing or unusable; then nothing is written.
    """
    try:
        text = path.read_bytes().decode("utf-8")
        metadata = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DataError(f"{path} is no readable TOML file: {error}. Correct it.") from error
    entries = _entries(metadata, path)
    digests = [_digest(path, entry) for entry in entries]
    before = [entry.get("sha256", "") for entry in entries]
    if before == digests:
        return {}
    for entry, digest in zip(entries, digests, strict=True):
        entry["sha256"] = digest
    updated = _with_digests(text, digests)
    if _parsed(updated) != metadata:
        listed = ", ".join(f"{entry['filename']}: {entry['sha256']}" for entry in entries)
        raise DataError(
            f"Expected one key per line, filename first, in {path}; it has another form, which is not edited "
            f"automatically. Write the digests yourself: {listed}."
        )
    write_atomically(path, updated)
    return {
        entry["filename"]: (old, new)
        for entry, old, new in zip(entries, before, digests, strict=True)
        if old != new
    }


def _entries(metadata: dict[str, Any], path: Path) -> list[dict[str, Any]]:
    """Return the tables of files: the root, then each [[more]]."""
    more = metadata.get("more", [])
    entries = [metadata, *(more if isinstance(more, list) else [more])]
    for entry in entries:
        name = entry.get("filename") if isinstance(entry, dict) else None
        if not isinstance(name, str) or not name or Path(name).name != name:
            raise DataError(f"Expected the plain name of a file as filename in {path}; received {name!r}.")
    return entries


def _digest(path: Path, entry: dict[str, Any]) -> str:
    file = path.parent / entry["filename"]
    try:
        return sha256_of(file)
    except OSError as error:
        source = entry.get("url", "an address that is not recorded")
        raise DataError(
            f"Expected the data file {file}, which {path.name} names; received {error.strerror}. Put it "
            f"there, or correct filename. It comes from {source}."
        ) from error


def _with_digests(text: str, digests: Sequence[str]) -> str:
    """Return the TOML with the digest of each table set, in place or below the filename."""
    tables: list[list[str]] = [[]]
    for line in text.splitlines(keepends=True):
        if _TABLE.match(line):
            tables.append([])
        tables[-1].append(line)
    if len(tables) != len(digests):
        return text
    return "".join(
        "".join(_table_with_digest(lines, digest)) for lines, digest in zip(tables, digests, strict=True)
    )


def _table_with_digest(lines: list[str], digest: str) -> list[str]:
    if any(_SHA256.match(line) for line in lines):
        return [_SHA256.sub(rf'\g<1>"{digest}"', line) if _SHA256.match(line) else line for line in lines]
    changed = []
    for line in lines:
        changed.append(line)
        if _FILENAME.match(line):
            end = line[len(line.rstrip("\r\n")) :] or "\n"
            changed[-1] = line.rstrip("\r\n") + end
            changed.append(f'sha256 = "{digest}"{end}')
    return changed


def _parsed(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


def _work(options: argparse.Namespace) -> None:
    failed = []
    for path in options.metadata:
        try:
            changes = update_metadata(path)
        except (DataError, OSError) as error:
            logger.error("%s", error)
            failed.append(str(path))
            continue
        sys.stdout.write(f"{path}: {'changed' if changes else 'nothing changed'}\n")
        for name, (old, new) in changes.items():
            sys.stdout.write(f"  {name}: {old or 'no digest'} -> {new}\n")
    if failed:
        raise DataError(f"Nothing was recorded in {', '.join(failed)}; see above.")


def main(arguments: Sequence[str] | None = None) -> int:
    """Record the digests; returns the exit status, 1 if a file failed."""
    parser = command_parser(__doc__)
    parser.add_argument("metadata", type=Path, nargs="+", metavar="METADATA.toml")
    return run_command(parser, _work, arguments)


if __name__ == "__main__":
    sys.exit(main())
