"""Fetch one file over HTTP(S) or from a `file://` URL: resumed after a cut, verified, once per machine."""

import errno
import fcntl
import http.client
import logging
import os
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tqdm import tqdm

from text_recognizer.errors import DownloadError
from text_recognizer.files import sha256_of

logger = logging.getLogger(__name__)

ATTEMPTS = 5  # without any progress in between: 15 s of pauses, which outlast a short failure
FIRST_PAUSE_SECONDS = 1.0  # doubles with each attempt
TIMEOUT_SECONDS = 30.0  # without a byte: slow servers respond within it, dead ones are given up

_CHUNK_BYTES = 1 << 16  # read at a time, so that the progress bar moves
_FULL = {errno.ENOSPC, errno.EDQUOT}  # no room on the disk, or within the quota
_PERMANENT_STATUSES = {400, 401, 403, 404, 405, 410, 451}  # retrying would not help


@dataclass(frozen=True)
class FetchPolicy:
    """How a file is fetched.

    ```python
    from text_recognizer.datasets.files.fetch import FetchPolicy

    print(FetchPolicy(attempts=2, max_bytes=10_000_000))
    ```

    Attributes:
        attempts: Attempts without any progress in between.
        max_bytes: A longer body is refused; None for no limit.
        bar: Whether the file gets a progress bar of its own.
        continues: Whether a partial file of an earlier call is continued. Only safe if the check notices
            that the file has changed since.
    """

    attempts: int = ATTEMPTS
    max_bytes: int | None = None
    bar: bool = True
    continues: bool = True


def fetch(url: str, target: Path, sha256: str) -> None:
    """Download `url` to `target`, which appears only when it is complete and verified.

    Proxies are those of urllib: `http_proxy`, `https_proxy`, `no_proxy`. What has arrived lies in
    `<target>.part` and is continued by the next call.

    Args:
        url: An http, https or file URL.
        target: The file to make; its folder is created.
        sha256: Expected digest (hex).

    Raises:
        DownloadError: If the server refuses, the connection keeps breaking, or the digest differs.
    """

    def check(part: Path) -> None:
        if (received := sha256_of(part)) != sha256:
            raise DownloadError(
                f"Expected SHA-256 {sha256} of {url}; received {received}. The partial file is deleted: "
                "try again. If the digest stays the same, the file has changed at its source; then correct "
                "data/raw/*/metadata.toml."
            )

    fetch_checked(url, target, check, FetchPolicy())


def fetch_checked(url: str, target: Path, check: Callable[[Path], None], policy: FetchPolicy) -> None:
    """Fetch a file as `fetch` does, verified by a function instead of a digest.

    Args:
        url: An http, https or file URL.
        target: The file to make; its folder is created. If it exists, nothing is done.
        check: Gets the complete file; raises DownloadError if it is not the one that is wanted.
        policy: Patience and limits.

    Raises:
        DownloadError: If the server refuses, the connection keeps breaking, the body is too long, or `check`
            raises it.
    """
    if (scheme := urllib.parse.urlsplit(url).scheme) not in {"http", "https", "file"}:
        raise DownloadError(f"Expected an http, https or file URL; received {scheme!r} in {url}.")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DownloadError(
            f"{target} cannot be written: {error}. Set TEXT_RECOGNIZER_DATA_ROOT to a folder that can."
        ) from error
    with _lock(target):
        if target.is_file():  # another process was faster
            return
        part = target.with_name(f"{target.name}.part")
        if not policy.continues:
            part.unlink(missing_ok=True)
        _fetch_with_retries(url, part, policy)
        try:
            check(part)
        except DownloadError:
            part.unlink()
            raise
        os.replace(part, target)


@contextmanager
def _lock(target: Path) -> Iterator[None]:
    """Hold an advisory lock beside `target`; the system releases it even if this process is killed."""
    with target.with_name(f".{target.name}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            logger.warning("Another process downloads %s: waiting for it", target.name)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _fetch_with_retries(url: str, part: Path, policy: FetchPolicy) -> None:
    failures = 0
    while True:
        before = _size(part)
        try:
            if _fetch_rest(url, part, policy):
                return
            reason = f"the connection ended after {_size(part)} bytes"
        except urllib.error.HTTPError as error:
            reason = f"HTTP {error.code} {error.reason}"
            error.close()
            if error.code in _PERMANENT_STATUSES:
                raise DownloadError(f"{url} cannot be fetched: {reason}.") from error
        except (OSError, http.client.HTTPException) as error:
            reason = str(error) or type(error).__name__
            if getattr(error, "errno", None) in _FULL:
                part.unlink(missing_ok=True)  # so that the disk is not full for everything else
                raise DownloadError(
                    f"{url} cannot be written to {part.parent}: {reason}. The partial file is deleted; make "
                    "room, or set TEXT_RECOGNIZER_DATA_ROOT to a folder on another disk."
                ) from error
            if url.startswith("file:"):
                raise DownloadError(f"{url} cannot be read: {reason}.") from error
        failures = 1 if _size(part) > before else failures + 1
        if failures >= policy.attempts:
            raise DownloadError(
                f"{url} cannot be fetched: no progress in {policy.attempts} attempts; {reason}. "
                f"Run again{f' to continue at byte {_size(part)}' if policy.continues else ''}."
            )
        logger.warning("%s: %s; trying again", part.name, reason)
        time.sleep(FIRST_PAUSE_SECONDS * 2 ** (failures - 1))


def _fetch_rest(url: str, part: Path, policy: FetchPolicy) -> bool:
    """Append what is missing to `part`; return whether it is complete as far as the server says."""
    offset = _size(part)
    headers = {"User-Agent": "text-recognizer", "Accept-Encoding": "identity"}
    if offset:
        headers["Range"] = f"bytes={offset}-"
    opener = urllib.request.build_opener()  # reads the proxies of the environment now, urlopen only once
    try:
        response = opener.open(urllib.request.Request(url, headers=headers), timeout=TIMEOUT_SECONDS)
    except urllib.error.HTTPError as error:
        if error.code != 416 or not offset:
            raise
        # Nothing lies after `offset`: the part is whole, or not of this file, which its hash will tell.
        error.close()
        return True
    with response:
        if not _continues(response, offset):
            offset = 0
        length = response.headers.get("Content-Length", "")
        total = offset + int(length) if length.isdecimal() else None
        _check_length(url, part, total or 0, policy)
        with part.open("r+b" if part.exists() else "wb") as file:
            file.truncate(offset)
            file.seek(offset)
            for size in _copy(response, file, offset, total, policy.bar):
                _check_length(url, part, size, policy)
    return total is None or _size(part) == total


def _continues(response: Any, offset: int) -> bool:
    """Return whether the body starts at `offset` of the file; otherwise it is the whole file."""
    content_range = response.headers.get("Content-Range", "")
    return getattr(response, "status", None) == 206 and content_range.startswith(f"bytes {offset}-")


def _copy(response: Any, file: Any, offset: int, total: int | None, bar: bool) -> Iterator[int]:
    """Append the body to `file`; yield the bytes that are there after each chunk."""
    name = Path(file.name).name.removesuffix(".part")
    # None: only on a terminal
    disable = None if bar else True
    with tqdm(desc=name, initial=offset, total=total, unit="B", unit_scale=True, disable=disable) as progress:
        while chunk := response.read(_CHUNK_BYTES):
            file.write(chunk)
            progress.update(len(chunk))
            offset += len(chunk)
            yield offset


def _check_length(url: str, part: Path, size: int, policy: FetchPolicy) -> None:
    if policy.max_bytes is not None and size > policy.max_bytes:
        part.unlink(missing_ok=True)
        raise DownloadError(
            f"Expected at most {policy.max_bytes:,} bytes from {url}; received more. Check the address."
        )


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
