"""Find the original files of a data set, verify them, and download what is missing and free to download.

A file is looked for in the mirror (`<mirror>/<dataset>/<filename>`, then `<mirror>/<filename>`), then in
`<data root>/raw/<dataset>/`. Its SHA-256 is checked on every use; the digest of an unchanged file is
remembered. A mirror may also hold files that no publisher gave a digest for (single members of an official
archive): those are used as they are, and their digests enter the `data_hash` of what is built from them.
"""

import argparse
import logging
import sys
from pathlib import Path

from text_recognizer.datasets.files.archive import extract
from text_recognizer.datasets.files.fetch import fetch
from text_recognizer.datasets.files.hashes import hash_file
from text_recognizer.datasets.files.metadata import RawFile, read_metadata
from text_recognizer.errors import DownloadError
from text_recognizer.tooling.command import command_parser, run_command
from text_recognizer.tooling.data_root import data_root, mirror, offline

logger = logging.getLogger(__name__)


class DigestError(DownloadError):
    """A file is here, but its digest is not the recorded one."""


_told: set[Path] = set()  # files without a published digest that were reported: once per process is enough


def find(dataset: str, filename: str) -> Path | None:
    """Return the verified path of an original file that is already here, else None.

    Raises:
        DigestError: If the file is here but its SHA-256 is not the recorded one.
    """
    path = next((path for path in _candidates(dataset, filename) if path.is_file()), None)
    if path is not None:
        _verify(path, read_metadata(dataset).file(filename))
    return path


def locate(dataset: str, filename: str) -> Path:
    """Return the verified path of an original file, downloading it if it is missing.

    Args:
        dataset: A folder of data/raw, such as `emnist`.
        filename: Official name of the file.

    Raises:
        DownloadError: If it is not here and cannot be fetched, or its SHA-256 is not the published one.
    """
    if (path := find(dataset, filename)) is not None:
        return path
    target = data_root() / "raw" / dataset / filename
    entry = read_metadata(dataset).file(filename)
    if entry is None or not entry.sha256:
        page = f" See {entry.url} and data/raw/{dataset}/readme.md." if entry else ""
        raise _missing(dataset, filename, "it cannot be downloaded automatically", page)
    if offline() and not entry.url.startswith("file:"):
        raise _missing(dataset, filename, "offline mode is on", f" It comes from {entry.url}.")
    logger.info("Downloading %s", entry.url)
    fetch(entry.url, target, entry.sha256)
    return target


def unpack_raw(dataset: str) -> list[Path]:
    """Unpack archives that were put into `<data root>/raw/<dataset>` by hand (after a registration).

    Returns:
        The folders filled now; archives already unpacked are left alone.
    """
    folder = data_root() / "raw" / dataset
    filled = []
    for entry in read_metadata(dataset).files:
        archive = folder / entry.filename
        done = folder / f".{entry.filename}.unpacked"
        if not entry.folder or not archive.is_file() or done.exists():
            continue
        _verify(archive, entry)
        extract(archive, folder / entry.folder)
        done.touch()
        filled.append(folder / entry.folder)
    return filled


def _candidates(dataset: str, filename: str) -> list[Path]:
    root = mirror()
    in_mirror = [] if root is None else [root / dataset / filename, root / filename]
    return [*in_mirror, data_root() / "raw" / dataset / filename]


def _verify(path: Path, entry: RawFile | None) -> None:
    digest = hash_file(path)
    if entry is None or not entry.sha256:
        if path not in _told:
            _told.add(path)
            logger.info("No digest of %s is published; it has %s", path.name, digest)
    elif digest != entry.sha256:
        raise DigestError(
            f"{path} is not the official file: expected SHA-256 {entry.sha256}; received {digest}. "
            f"Delete the file to fetch it again from {entry.url}."
        )


def _missing(dataset: str, filename: str, reason: str, hint: str) -> DownloadError:
    places = " or ".join(str(path) for path in _candidates(dataset, filename))
    return DownloadError(f"{filename} of data set {dataset} is not at {places}, and {reason}.{hint}")


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = command_parser(
        "Fetch the main file of a data set, or unpack the archives of it that were put in place by hand."
    )
    parser.add_argument("dataset", help="a folder of data/raw, such as brown or iam")
    return run_command(parser, _fetch_or_unpack, arguments)


def _fetch_or_unpack(options: argparse.Namespace) -> None:
    name = options.dataset
    first = read_metadata(name).files[0]
    ready = unpack_raw(name) if not first.sha256 else [locate(name, first.filename)]
    print("\n".join(f"Ready: {path}" for path in ready) or f"Nothing to do: see data/raw/{name}/readme.md")


if __name__ == "__main__":
    sys.exit(main())
