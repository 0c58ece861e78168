"""Fetches objects from Amazon S3 with boto3 (`pip install '.[aws]'`) and the credentials that it finds."""

import contextlib
import re
import time
from typing import Any

from text_recognizer.errors import (
    ForbiddenAddressError,
    ImageTooLargeError,
    InvalidInputError,
    RemoteError,
    RemoteTimeoutError,
)
from text_recognizer.registry.s3 import s3_client

SCHEME = "s3://"

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_MAX_KEY_BYTES = 1024  # limit of S3
_CHUNK_BYTES = 2**16  # read at a time; the deadline is checked in between
_SHOWN_CHARACTERS = 80  # the part of a refused URL that a message shows
_FORBIDDEN = {"AccessDenied", "403", "Forbidden"}


class S3Loader:
    """Fetches s3://bucket/key; threads may share it.

    ```python
    from api.fetching.s3 import S3Loader
    from text_recognizer.errors import ForbiddenAddressError

    load = S3Loader(buckets=frozenset({"scans"}), max_bytes=8 * 2**20, timeout=5.0)
    try:
        load("s3://secrets/page.png", deadline=0.0)
    except ForbiddenAddressError as error:
        print(error)
    ```
    """

    def __init__(self, buckets: frozenset[str], max_bytes: int, timeout: float) -> None:
        """Create the client.

        Args:
            buckets: The only buckets to read from; empty = every bucket that the credentials open.
            max_bytes: Largest size of an object.
            timeout: Seconds after which a connection attempt or a read is given up.

        Raises:
            ConfigError: If boto3 is not installed or not configured.
        """
        self._client, self._failures = s3_client(
            timeout,
            1,  # the deadline of a request leaves no time for another
            "s3:// URLs need boto3, which is not installed. pip install 'text-recognizer[aws]', or unset "
            "TEXT_RECOGNIZER_API_S3.",
        )
        self._buckets = buckets
        self._max_bytes = max_bytes

    def __call__(self, url: str, deadline: float) -> bytes:
        """Return the content of an object.

        Args:
            url: s3://bucket/key; the key is not decoded.
            deadline: `time.monotonic()` at which to give up.

        Raises:
            InvalidInputError: If `url` does not have this form.
            ForbiddenAddressError: If the bucket is not allowed, or S3 denies access.
            ImageTooLargeError: If the object is too large.
            RemoteTimeoutError: If the deadline passes.
            RemoteError: If S3 fails, or the object does not exist.
        """
        bucket, key = self._parse(url)
        try:
            response = self._client.get_object(Bucket=bucket, Key=key)
            with contextlib.closing(response["Body"]) as body:
                if response["ContentLength"] > self._max_bytes:
                    raise self._too_large()
                return self._read(body, deadline)
        except self._failures as error:
            raise _translate(error, bucket) from error

    def _parse(self, url: str) -> tuple[str, str]:
        bucket, _, key = url[len(SCHEME) :].partition("/")
        if not _BUCKET.fullmatch(bucket) or not 1 <= len(key.encode("utf-8", "replace")) <= _MAX_KEY_BYTES:
            raise InvalidInputError(f"Expected s3://bucket/key; received {url[:_SHOWN_CHARACTERS]!r}.")
        if self._buckets and bucket not in self._buckets:
            raise ForbiddenAddressError(
                f"This service may not read from the bucket {bucket!r}. POST the image instead."
            )
        return bucket, key

    def _read(self, body: Any, deadline: float) -> bytes:
        data = bytearray()
        for chunk in body.iter_chunks(_CHUNK_BYTES):
            data += chunk
            if len(data) > self._max_bytes:
                raise self._too_large()
            if time.monotonic() > deadline:
                raise RemoteTimeoutError("S3 did not send the whole object in time. Try again.")
        return bytes(data)

    def _too_large(self) -> ImageTooLargeError:
        return ImageTooLargeError(
            f"The object is too large: expected at most {self._max_bytes:,} bytes. "
            "Scale the image down or save it as JPEG."
        )


def _translate(error: Exception, bucket: str) -> Exception:
    """Return an error that names only the code of S3: messages of boto3 name accounts and endpoints."""
    response = getattr(error, "response", None) or {}
    code = str(response.get("Error", {}).get("Code", type(error).__name__))
    if code in _FORBIDDEN:
        return ForbiddenAddressError(
            f"S3 denies access to the bucket {bucket!r} or the object: {code}. "
            "Check bucket and key, or POST the image."
        )
    if "Timeout" in code:
        return RemoteTimeoutError(f"S3 did not answer in time: {code}. Try again.")
    return RemoteError(
        f"Expected an object in bucket {bucket!r}; received {code}. Check bucket and key, or POST the image."
    )
