"""Brings the code to where AWS Lambda takes it from: a zip to S3, or a container image to ECR.

Both are stored under a hash of their content, so that what is there already is not sent again.
"""

import base64
import hashlib
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from botocore.exceptions import ClientError

from api.deployment.lambda_zip import RUNTIME_FILE

if TYPE_CHECKING:  # types only, which the serving environment lacks
    from mypy_boto3_ecr import ECRClient
    from mypy_boto3_s3 import S3Client

REPOSITORY = "text_recognizer_api_lambda"


class Code(Protocol):
    """What a function runs."""

    @property
    def parameters(self) -> dict[str, str]:
        """Return the parameters of the template that say where the code is."""

    def plan(self) -> list[str]:
        """Return what `bring` would do, a line for each step; empty if all is there. Changes nothing."""

    def bring(self) -> None:
        """Do what `plan` says."""


class ZipCode:
    """A zip of `lambda_zip.py`, in a bucket."""

    def __init__(self, path: Path, s3: "S3Client", bucket: str, region: str) -> None:
        """Read the zip's hash and runtime.

        Raises:
            SystemExit: If it is no such zip.
        """
        self._path, self._s3, self._bucket, self._region = path, s3, bucket, region
        try:
            with path.open("rb") as file, zipfile.ZipFile(file) as archive:
                self._runtime = archive.read(RUNTIME_FILE).decode().strip()
                file.seek(0)
                self._key = f"text_recognizer_api/{hashlib.file_digest(file, 'sha256').hexdigest()}.zip"
        except (OSError, KeyError, zipfile.BadZipFile) as error:
            raise SystemExit(
                f"Expected a zip made by tasks/build_lambda_zip.sh; received {path}: {error}. Run it first."
            ) from error

    @property
    def parameters(self) -> dict[str, str]:
        """Return the place of the zip, and its runtime."""
        return {
            "CodeBucket": self._bucket,
            "CodeKey": self._key,
            "Runtime": self._runtime,
            "ImageUri": "none",
        }

    def plan(self) -> list[str]:
        """Return what `bring` would do."""
        steps = [] if self._has_bucket() else [f"create the bucket {self._bucket}, closed to the public"]
        if steps or not self._has_zip():
            size = self._path.stat().st_size / 1e6
            steps.append(f"upload {self._path.name} ({size:.1f} MB) to s3://{self._bucket}/{self._key}")
        return steps

    def bring(self) -> None:
        """Create the bucket and upload the zip, where they are missing."""
        if not self._has_bucket():
            self._create_bucket()
        if not self._has_zip():
            self._s3.upload_file(str(self._path), self._bucket, self._key)

    def _create_bucket(self) -> None:
        if self._region == "us-east-1":  # the only region that must not be named
            self._s3.create_bucket(Bucket=self._bucket)
        else:
            place = {"LocationConstraint": self._region}
            self._s3.create_bucket(Bucket=self._bucket, CreateBucketConfiguration=place)  # type: ignore[arg-type]
        self._s3.put_public_access_block(
            Bucket=self._bucket,
            PublicAccessBlockConfiguration={
                "BlockPublicAcls": True,
                "BlockPublicPolicy": True,
                "IgnorePublicAcls": True,
                "RestrictPublicBuckets": True,
            },
        )

    def _has_bucket(self) -> bool:
        return _exists(lambda: self._s3.head_bucket(Bucket=self._bucket))

    def _has_zip(self) -> bool:
        return _exists(lambda: self._s3.head_object(Bucket=self._bucket, Key=self._key))


class ImageCode:
    """A container image on this machine, pushed to ECR."""

    def __init__(self, image: str, ecr: "ECRClient", engine: str) -> None:
        """Ask the container engine for the image's id.

        Args:
            image: Name of the image, as built by `tasks/build_api_docker.sh lambda`.
            ecr: Client of the registry.
            engine: `docker` or `podman`.

        Raises:
            SystemExit: If there is no such image.
        """
        self._image, self._ecr, self._engine = image, ecr, engine
        self._tag = self._run("image", "inspect", "--format", "{{.Id}}", image).removeprefix("sha256:")[:32]
        registry = ecr.get_authorization_token()["authorizationData"][0]
        self._registry = registry["proxyEndpoint"].removeprefix("https://")
        self._token = registry["authorizationToken"]

    @property
    def parameters(self) -> dict[str, str]:
        """Return the image's address; its tag is the hash of its content."""
        return {"CodeBucket": "none", "CodeKey": "none", "ImageUri": self._address}

    def plan(self) -> list[str]:
        """Return what `bring` would do."""
        steps = [] if self._has_repository() else [f"create the repository {REPOSITORY} in ECR"]
        if steps or not self._has_image():
            steps.append(f"push {self._image} as {self._address}")
        return steps

    def bring(self) -> None:
        """Create the repository and push the image, where they are missing."""
        if not self._has_repository():
            self._ecr.create_repository(
                repositoryName=REPOSITORY,
                imageTagMutability="IMMUTABLE",
                imageScanningConfiguration={"scanOnPush": True},
            )
        if not self._has_image():
            user, _, password = base64.b64decode(self._token).decode().partition(":")
            self._run("login", "--username", user, "--password-stdin", self._registry, stdin=password)
            self._run("tag", self._image, self._address)
            self._run("push", self._address)

    @property
    def _address(self) -> str:
        return f"{self._registry}/{REPOSITORY}:{self._tag}"

    def _has_repository(self) -> bool:
        return _exists(lambda: self._ecr.describe_repositories(repositoryNames=[REPOSITORY]))

    def _has_image(self) -> bool:
        tag = {"imageTag": self._tag}
        return _exists(lambda: self._ecr.describe_images(repositoryName=REPOSITORY, imageIds=[tag]))  # type: ignore[list-item]

    def _run(self, *arguments: str, stdin: str = "") -> str:
        """Return what the container engine prints."""
        command = [self._engine, *arguments]
        try:
            process = subprocess.run(command, input=stdin, capture_output=True, text=True, check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            reason = error.stderr.strip() if isinstance(error, subprocess.CalledProcessError) else error
            raise SystemExit(
                f"Expected {self._engine} {arguments[0]} to work; it failed: {reason}. Build the image with "
                "`tasks/build_api_docker.sh lambda`; is the container engine running?"
            ) from error
        return process.stdout.strip()


def _exists(ask: Callable[[], object]) -> bool:
    try:
        ask()
    except ClientError as error:
        if error.response["Error"]["Code"] in _MISSING:
            return False
        raise
    return True


# The codes by which S3 and ECR say that something is not there.
_MISSING = {"404", "NoSuchBucket", "NoSuchKey", "RepositoryNotFoundException", "ImageNotFoundException"}
