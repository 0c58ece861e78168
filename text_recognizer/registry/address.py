"""Addresses of models in a bucket: `s3://BUCKET/FOLDER/NAME`, pinned by `@sha256:DIGEST` behind it."""

import re
from dataclasses import dataclass

from text_recognizer.errors import InvalidInputError

SCHEME = "s3://"
PIN = "@sha256:"

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,127}")  # of one folder, on every file system
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class FolderAddress:
    """A folder of models in a bucket.

    ```python
    from text_recognizer.registry.address import FolderAddress

    folder = FolderAddress.parse("s3://my-bucket/models")
    print(folder.prefix, folder.model("mine"))
    ```

    Attributes:
        bucket: Name of the bucket.
        prefix: What the keys begin with: empty, or with a slash at its end.
    """

    bucket: str
    prefix: str

    @classmethod
    def parse(cls, url: str) -> "FolderAddress":
        """Read `s3://BUCKET` or `s3://BUCKET/FOLDER`.

        Raises:
            InvalidInputError: If it has another form.
        """
        bucket, _, path = url.removeprefix(SCHEME).partition("/")
        parts = [part for part in path.split("/") if part]
        if not url.startswith(SCHEME) or not _BUCKET.fullmatch(bucket) or {".", ".."} & {*parts}:
            raise InvalidInputError(f"Expected s3://BUCKET/FOLDER; received {url!r}.")
        return cls(bucket, "".join(f"{part}/" for part in parts))

    def model(self, name: str, sha256: str | None = None) -> "ModelAddress":
        """Return the address of a model in this folder.

        Raises:
            InvalidInputError: If no folder can have this name.
        """
        if not _NAME.fullmatch(name):
            raise InvalidInputError(
                f"Expected the name of a model of letters, digits and _ . - alone; received {name!r}."
            )
        return ModelAddress(self, name, sha256)

    def __str__(self) -> str:
        """Return the URL."""
        return f"{SCHEME}{self.bucket}/{self.prefix}"


@dataclass(frozen=True)
class ModelAddress:
    """A model in a bucket.

    ```python
    from text_recognizer.registry.address import ModelAddress

    address = ModelAddress.parse("s3://my-bucket/models/mine@sha256:" + 64 * "0")
    print(address, address.name, address.sha256[:8])
    ```

    Attributes:
        folder: Where it lies.
        name: Of the model.
        sha256: Digest that its model.onnx must have; None for any.
    """

    folder: FolderAddress
    name: str
    sha256: str | None = None

    @classmethod
    def parse(cls, url: str) -> "ModelAddress":
        """Read `s3://BUCKET/FOLDER/NAME`, which `@sha256:DIGEST` may follow.

        Raises:
            InvalidInputError: If it has another form.
        """
        path, pinned, digest = url.partition(PIN)
        folder, _, name = path.rstrip("/").rpartition("/")
        if len(folder) <= len(SCHEME) or (pinned and not _DIGEST.fullmatch(digest)):
            raise InvalidInputError(
                f"Expected s3://BUCKET/FOLDER/NAME, or with {PIN} and 64 hexadecimal digits behind it; "
                f"received {url!r}."
            )
        return FolderAddress.parse(folder).model(name, digest or None)

    def key(self, file: str) -> str:
        """Return the key of one of its files."""
        return f"{self.folder.prefix}{self.name}/{file}"

    def __str__(self) -> str:
        """Return the URL without the digest."""
        return f"{self.folder}{self.name}"
