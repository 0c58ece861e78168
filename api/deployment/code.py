"""Uploads the code to where AWS Lambda takes it from: a zip to S3, or a container image to ECR.

Both are stored under a digest of their content, so that nothing is uploaded twice.
"""

import base64
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from botocore.exceptions import ClientError

from api.deployment.errors import DeploymentError
from api.deployment.lambda_zip import RUNTIME_FILE
from text_recognizer.files import sha256_of

if TYPE_CHECKING:  # types only, which the serving environment lacks
    from mypy_boto3_ecr import ECRClient
    from mypy_boto3_s3 import S3Client

REPOSITORY = "text_recognizer_api_lambda"
TAG_CHARACTERS = 32  # half of a SHA-256: collisions are out of the question, and tags stay readable


class Code(Protocol):
    """The code of a Lambda function.

    ```python
    from api.deployment.code import Code

    def announce(code: Code) -> None:
        for step in code.plan():
            print(step)
    ```
    """

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters of the template that say where the code is."""

    def plan(self) -> list[str]:
        """Return the steps of `upload`, one line each; none if everything is in place. Changes nothing."""

    def upload(self) -> None:
        """Carry out the steps of `plan`."""


class ZipCode:
    """A zip made by `lambda_zip.py`, uploaded to a bucket.

    ```python
    import zipfile
    from pathlib import Path

    import boto3

    from api.deployment.code import ZipCode

    path = Path(folder, "function.zip")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("RUNTIME", "python3.13")
    s3 = boto3.client("s3", region_name="eu-central-1")
    print(ZipCode(path, s3, "my-bucket", "eu-central-1").parameters)
    ```
    """

    def __init__(self, path: Path, s3: "S3Client", bucket: str, region: str) -> None:
        """Read the zip's digest and runtime.

        Args:
            path: The zip.
            s3: Client of S3.
            bucket: Name of the bucket; `upload` creates it if it does not exist.
            region: Region of the bucket.

        Raises:
            DeploymentError: If it is not a zip of `lambda_zip.py`.
        """
        self._path, self._s3, self._bucket, self._region = path, s3, bucket, region
        try:
            with zipfile.ZipFile(path) as archive:
                self._runtime = archive.read(RUNTIME_FILE).decode().strip()
            self._key = f"text_recognizer_api/{sha256_of(path)}.zip"
        except (OSError, KeyError, zipfile.BadZipFile) as error:
            raise DeploymentError(
                f"Expected a zip made by tasks/build_lambda_zip.sh; received {path}: {error}. Run it first."
            ) from error

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters of the template for the zip: where it is, and its runtime."""
        return {
            "CodeBucket": self._bucket,
            "CodeKey": self._key,
            "Runtime": self._runtime,
            "ImageUri": "none",
        }

    def plan(self) -> list[str]:
        """Return the steps of `upload`."""
        steps = [] if self._has_bucket() else [f"create the bucket {self._bucket}, closed to the public"]
        if steps or not self._has_zip():
            size = self._path.stat().st_size / 1e6
            steps.append(f"upload {self._path.name} ({size:.1f} MB) to s3://{self._bucket}/{self._key}")
        return steps

    def upload(self) -> None:
        """Create the bucket and upload the zip, unless they exist."""
        if not self._has_bucket():
            self._create_bucket()
        if not self._has_zip():
            self._s3.upload_file(str(self._path), self._bucket, self._key)

    def _create_bucket(self) -> None:
        if self._region == "us-east-1":  # AWS refuses the name of this one region
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
    """A container image on this machine, pushed to ECR.

    ```python
    from types import SimpleNamespace
    from typing import Any

    from api.deployment.code import ImageCode

    token = {"proxyEndpoint": "https://registry.example", "authorizationToken": ""}
    ecr: Any = SimpleNamespace(get_authorization_token=lambda: {"authorizationData": [token]})
    print(ImageCode("an_image", ecr, engine="echo").parameters)  # in place of boto3.client("ecr") and docker
    ```
    """

    def __init__(self, image: str, ecr: "ECRClient", engine: str) -> None:
        """Ask the container engine for the id of the image.

        Args:
            image: Name of the image, as built by `tasks/build_api_docker.sh lambda`.
            ecr: Client of the registry.
            engine: `docker` or `podman`.

        Raises:
            DeploymentError: If the engine does not have the image.
        """
        self._image, self._ecr, self._engine = image, ecr, engine
        self._tag = self._run("image", "inspect", "--format", "{{.Id}}", image).removeprefix("sha256:")[
            :TAG_CHARACTERS
        ]
        registry = ecr.get_authorization_token()["authorizationData"][0]
        self._registry = registry["proxyEndpoint"].removeprefix("https://")
        self._token = registry["authorizationToken"]

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters of the template for the image: its address, whose tag is a digest of its content."""
        return {"CodeBucket": "none", "CodeKey": "none", "ImageUri": self._address}

    def plan(self) -> list[str]:
        """Return the steps of `upload`."""
        steps = [] if self._has_repository() else [f"create the repository {REPOSITORY} in ECR"]
        if steps or not self._has_image():
            steps.append(f"push {self._image} as {self._address}")
        return steps

    def upload(self) -> None:
        """Create the repository and push the image, unless they exist."""
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
        """Return the output of the container engine."""
        command = [self._engine, *arguments]
        try:
            process = subprocess.run(command, input=stdin, capture_output=True, text=True, check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            reason = error.stderr.strip() if isinstance(error, subprocess.CalledProcessError) else error
            raise DeploymentError(
                f"`{self._engine} {arguments[0]}` failed: {reason}. Check that the container engine runs, "
                "and build the image with `tasks/build_api_docker.sh lambda`."
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


# The codes of S3 and ECR for something that does not exist.
_MISSING = {"404", "NoSuchBucket", "NoSuchKey", "RepositoryNotFoundException", "ImageNotFoundException"}
