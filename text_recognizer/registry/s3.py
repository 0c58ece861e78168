"""Objects of S3, with boto3 (`pip install 'text-recognizer[aws]'`) and the credentials that it finds."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from text_recognizer.errors import ArtifactError, ConfigError
from text_recognizer.registry.offline import OFFLINE_VARIABLE, offline

_TIMEOUT_S = 30.0  # of a connection or a read
_ATTEMPTS = 3  # of a request, as S3 recommends for short failures
_CHUNK_BYTES = 2**20  # read at a time


def s3_client(timeout_s: float, attempts: int, without_boto3: str) -> tuple[Any, tuple[type[Exception], ...]]:
    """Return a client of S3 and what it raises; boto3 is imported here and nowhere else.

    ```python
    from text_recognizer.errors import ConfigError
    from text_recognizer.registry.s3 import s3_client

    try:
        client, failures = s3_client(5.0, 1, "Scans at s3:// need boto3: pip install boto3.")
    except ConfigError as error:  # not installed, or not configured
        print(error)
    ```

    Args:
        timeout_s: Seconds after which a connection attempt or a read is given up.
        attempts: How often a request is tried.
        without_boto3: Message of the error if boto3 is not installed.

    Raises:
        ConfigError: If boto3 is not installed or not configured.
    """
    try:
        import boto3
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError, ClientError
    except ImportError as error:
        raise ConfigError(without_boto3) from error
    config = Config(
        connect_timeout=timeout_s, read_timeout=timeout_s, retries={"total_max_attempts": attempts}
    )
    try:
        return boto3.client("s3", config=config), (BotoCoreError, ClientError)
    except BotoCoreError as error:
        raise ConfigError(
            f"The AWS configuration in the environment is incomplete: {error} Set AWS_DEFAULT_REGION."
        ) from error


class Bucket:
    """A bucket of S3.

    ```python
    import os

    from text_recognizer.errors import ArtifactError
    from text_recognizer.registry.s3 import Bucket

    os.environ["TEXT_RECOGNIZER_OFFLINE"] = "1"
    try:
        Bucket("my-bucket")
    except ArtifactError as error:
        print(error)
    ```
    """

    def __init__(self, name: str) -> None:
        """Create the client.

        Raises:
            ArtifactError: If the network must not be used.
            ConfigError: If boto3 is not installed or not configured.
        """
        if offline():
            raise ArtifactError(
                f"The bucket {name} cannot be asked: {OFFLINE_VARIABLE} forbids it. Name a model that is "
                "here (text-recognizer models), or unset the variable."
            )
        self._client, self._failures = s3_client(
            _TIMEOUT_S,
            _ATTEMPTS,
            "Models at s3:// need boto3, which is not installed: pip install 'text-recognizer[aws]'.",
        )
        self._name = name

    def keys(self, prefix: str) -> list[str]:
        """Return the keys that begin with `prefix`, sorted.

        Raises:
            ArtifactError: If S3 refuses or fails.
        """
        with self._errors(prefix):
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._name, Prefix=prefix)
            return sorted(entry["Key"] for page in pages for entry in page.get("Contents", ()))

    def download(self, key: str, file: IO[bytes], max_bytes: int) -> None:
        """Write an object to an open file.

        Raises:
            ArtifactError: If there is none, it is larger than `max_bytes`, or S3 refuses or fails.
        """
        with self._errors(key):
            body = self._client.get_object(Bucket=self._name, Key=key)["Body"]
            size = 0
            for chunk in body.iter_chunks(_CHUNK_BYTES):
                size += len(chunk)
                if size > max_bytes:
                    raise ArtifactError(
                        f"s3://{self._name}/{key} has more than the {max_bytes:,} bytes that it should have. "
                        "It may be replaced right now: try again."
                    )
                file.write(chunk)

    def upload(self, path: Path, key: str) -> None:
        """Write a file as an object.

        Raises:
            ArtifactError: If S3 refuses or fails.
            OSError: If the file cannot be read.
        """
        with self._errors(key), path.open("rb") as file:
            self._client.upload_fileobj(file, self._name, key)

    @contextmanager
    def _errors(self, key: str) -> Iterator[None]:
        """Raise an `ArtifactError` with the code of S3; messages of boto3 name accounts."""
        try:
            yield
        except self._failures as error:
            response = getattr(error, "response", None) or {}
            code = response.get("Error", {}).get("Code", type(error).__name__)
            raise ArtifactError(
                f"s3://{self._name}/{key} cannot be read or written: {code}. Check bucket, folder, name and "
                "credentials; text-recognizer models --remote s3://BUCKET/FOLDER lists what is there."
            ) from error
