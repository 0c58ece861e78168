"""Images that a data set names by their addresses: downloaded in parallel, verified, kept.

No digest of these images is published, so an image is verified by decoding all of it. Its digest is then
written to `pages.sha256` beside it (in the form of `sha256sum`); an image whose digest is there is not
decoded again.
"""

import logging
import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from text_recognizer.datasets.files.fetch import FetchPolicy, fetch_checked
from text_recognizer.datasets.files.hashes import hash_each
from text_recognizer.datasets.files.progress import progress
from text_recognizer.errors import DownloadError, InvalidInputError
from text_recognizer.files import write_atomically
from text_recognizer.images.limits import LIMITS
from text_recognizer.images.loading import load_image
from text_recognizer.tooling.data_root import offline

logger = logging.getLogger(__name__)

DIGESTS = "pages.sha256"
THREADS = 8  # downloads at a time: most of it is waiting

# Without a digest, a partial file of an earlier run cannot be told from one of another file.
_POLICY = FetchPolicy(attempts=4, max_bytes=LIMITS.max_bytes, bar=False, continues=False)


def ensure_images(urls: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Download the images that are missing in `folder` or damaged there.

    Args:
        urls: Address by file name, without a folder.
        folder: Where the images lie. Verified ones stay as they are; damaged ones are renamed to
            `<name>.damaged` before they are fetched again.

    Returns:
        Why an image could not be had, by file name; empty if all are there.
    """
    damaged = _verify_present([name for name in urls if (folder / name).is_file()], folder)
    missing = {name: url for name, url in urls.items() if not (folder / name).is_file() or name in damaged}
    if offline():
        return {name: damaged.get(name, "it is missing and offline mode is on") for name in missing}
    for name, reason in damaged.items():
        logger.warning("%s: %s It is set aside and fetched again.", name, reason)
        os.replace(folder / name, folder / f"{name}.damaged")
    failures: dict[str, str] = {}
    try:
        if missing:
            failures = _download(missing, folder)
    finally:  # also when interrupted: what has arrived is not decoded once more
        _record([name for name in missing if (folder / name).is_file()], folder)
    return failures


def _download(urls: Mapping[str, str], folder: Path) -> dict[str, str]:
    failures = {}
    with ThreadPoolExecutor(THREADS) as executor:
        futures = {executor.submit(_fetch_image, url, folder / name): name for name, url in urls.items()}
        try:
            for future in progress(as_completed(futures), "pages", total=len(futures)):
                if (reason := future.result()) is not None:
                    failures[futures[future]] = reason
        except BaseException:
            executor.shutdown(wait=False, cancel_futures=True)
            raise
    return {name: failures[name] for name in urls if name in failures}


def _fetch_image(url: str, target: Path) -> str | None:
    """Download one image; return why that failed, None if it did not."""

    def check(part: Path) -> None:
        if (reason := _damage(part)) is not None:
            raise DownloadError(f"{url} is no image: {reason}")

    try:
        fetch_checked(url, target, check, _POLICY)
    except (DownloadError, OSError, ValueError) as error:  # ValueError: the address is malformed
        return str(error) or type(error).__name__
    return None


def _damage(path: Path) -> str | None:
    """Return why an image cannot be decoded, None if it can."""
    try:
        load_image(path)
    except InvalidInputError as error:
        return str(error)
    return None


def _verify_present(names: list[str], folder: Path) -> dict[str, str]:
    """Return what is wrong with images that are there, by name; those found whole are recorded."""
    known = _read_digests(folder)
    digests = hash_each([folder / name for name in names])
    changed = [name for name, digest in zip(names, digests, strict=True) if known.get(name) != digest]
    damaged = {name: reason for name in changed if (reason := _damage(folder / name)) is not None}
    _record([name for name in changed if name not in damaged], folder)
    return damaged


def _read_digests(folder: Path) -> dict[str, str]:
    try:
        rows = (folder / DIGESTS).read_text(encoding="utf-8").splitlines()
    except (FileNotFoundError, UnicodeDecodeError):  # then every image is decoded once more
        return {}
    return {name: digest for digest, _, name in (row.partition("  ") for row in rows)}


def _record(names: list[str], folder: Path) -> None:
    if not names:
        return
    digests = _read_digests(folder) | dict(zip(names, hash_each([folder / n for n in names]), strict=True))
    rows = "".join(f"{digest}  {name}\n" for name, digest in sorted(digests.items()))
    try:
        write_atomically(folder / DIGESTS, rows)
    except OSError as error:
        logger.warning("Not remembered as verified, %s cannot be written: %s", folder / DIGESTS, error)
