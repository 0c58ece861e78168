"""Objects of Amazon S3, through boto3 (`pip install '.[aws]'`) and its credentials of the environment."""

import contextlib
import re
import time
from typing import Any

from text_recognizer.errors import (
    ConfigError,
    ForbiddenAddressError,
    ImageTooLargeError,
    InvalidInputError,
    RemoteError,
    RemoteTimeoutError,
)

SCHEME = "s3://"

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_CHUNK = 2**16
_FORBIDDEN = {"AccessDenied", "403", "Forbidden"}


class S3Loader:
    """Fetches s3://bucket/key."""

    def __init__(self, buckets: frozenset[str], max_bytes: int, timeout: float) -> None:
        """Prepare the client; only here is boto3 imported.

        Args:
            buckets: Those that may be read; empty = any that the credentials allow.
            max_bytes: Of an object.
            timeout: Seconds until a connection or a read is given up.

        Raises:
            ConfigError: If boto3 is not installed, or lacks its settings.
        """
        try:
            import boto3
            from botocore.config import Config
            from botocore.exceptions import BotoCoreError, ClientError
        except ImportError as error:
            raise ConfigError(
                "Expected boto3 for s3:// addresses; received none. pip install 'text-recognizer[aws]', or "
                "unset TEXT_RECOGNIZER_API_S3."
            ) from error
        settings = Config(connect_timeout=timeout, read_timeout=timeout, retries={"total_max_attempts": 1})
        try:
            self._client: Any = boto3.client("s3", config=settings)
        except BotoCoreError as error:
            raise ConfigError(
                f"Expected settings of AWS in the environment; received: {error}. Set AWS_DEFAULT_REGION."
            ) from error
        self._failures = (BotoCoreError, ClientError)
        self._buckets = buckets
        self._max_bytes = max_bytes

    def __call__(self, url: str, deadline: float) -> bytes:
        """Return the object's bytes.

        Args:
            url: s3://bucket/key; the key is taken as it stands.
            deadline: `time.monotonic()` at which to give up.

        Raises:
            InvalidInputError: If `url` is no such address.
            ForbiddenAddressError: If the bucket is not among those allowed, or S3 denies access.
            ImageTooLargeError: If the object is too large.
            RemoteTimeoutError: If the deadline passes.
            RemoteError: If S3 fails, or there is no such object.
        """
        bucket, key = self._parse(url)
        try:
            answer = self._client.get_object(Bucket=bucket, Key=key)
            with contextlib.closing(answer["Body"]) as body:
                if answer["ContentLength"] > self._max_bytes:
                    raise self._too_large()
                return self._read(body, deadline)
        except self._failures as error:
            raise _translate(error, bucket) from error

    def _parse(self, url: str) -> tuple[str, str]:
        bucket, _, key = url[len(SCHEME) :].partition("/")
        if not _BUCKET.fullmatch(bucket) or not 1 <= len(key.encode("utf-8", "replace")) <= 1024:
            raise InvalidInputError(
                f"Expected s3://bucket/key; received {url[:80]!r}. Name a bucket and an image in it."
            )
        if self._buckets and bucket not in self._buckets:
            raise ForbiddenAddressError(
                f"Expected a bucket that this server may read; received {bucket!r}. POST the image instead."
            )
        return bucket, key

    def _read(self, body: Any, deadline: float) -> bytes:
        data = bytearray()
        for chunk in body.iter_chunks(_CHUNK):
            data += chunk
            if len(data) > self._max_bytes:
                raise self._too_large()
            if time.monotonic() > deadline:
                raise RemoteTimeoutError(
                    "Expected the object from S3 in time; received a part of it. Try again."
                )
        return bytes(data)

    def _too_large(self) -> ImageTooLargeError:
        return ImageTooLargeError(
            f"Expected an object of at most {self._max_bytes:,} bytes; received a larger one. "
            "Scale the image down or save it as JPEG."
        )


def _translate(error: Exception, bucket: str) -> Exception:
    """Return the error of ours; only S3's code is told, for messages of boto3 name accounts and endpoints."""
    response = getattr(error, "response", None) or {}
    code = str(response.get("Error", {}).get("Code", type(error).__name__))
    if code in _FORBIDDEN:
        return ForbiddenAddressError(
            f"Expected an object that this server may read; received {code} for bucket {bucket!r}. "
            "Check bucket and key, or POST the image."
        )
    if "Timeout" in code:
        return RemoteTimeoutError(f"Expected the object from S3 in time; received {code}. Try again.")
    return RemoteError(
        f"Expected an object in bucket {bucket!r}; received {code}. Check bucket and key, or POST the image."
    )
