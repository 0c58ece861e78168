"""What is uploaded, and what is there already; test_deploy.py does the same against AWS as moto plays it."""

import subprocess
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from api.deployment.code import ImageCode, ZipCode
from api.deployment.errors import DeploymentError


class Storage:
    """S3 or ECR, which have what `existing` names; keeps the calls that change something."""

    def __init__(self, *existing: str) -> None:
        self.existing, self.changes = set(existing), list[str]()

    def get_authorization_token(self) -> Any:
        return {"authorizationData": [{"proxyEndpoint": "https://r.example", "authorizationToken": "dTpw"}]}

    def __getattr__(self, name: str) -> Any:
        def call(*_: object, **__: object) -> None:
            if name.startswith(("head_", "describe_")):
                if name.split("_")[1] not in self.existing:
                    raise ClientError({"Error": {"Code": self.missing(name)}}, name)
            else:
                self.changes.append(name)

        return call

    def missing(self, name: str) -> str:
        ecr = {"describe_images": "Image", "describe_repositories": "Repository"}
        return f"{ecr[name]}NotFoundException" if name in ecr else "404"


def zip_code(folder: Path, storage: Any, region: str = "eu-central-1") -> ZipCode:
    with zipfile.ZipFile(folder / "function.zip", "w") as archive:
        archive.writestr("RUNTIME", "python3.13\n")
    return ZipCode(folder / "function.zip", storage, "bucket", region)


def test_zip_and_bucket_are_created_where_they_are_missing(tmp_path: Path) -> None:
    storage = Storage()
    code = zip_code(tmp_path, storage)
    assert [step.split()[0] for step in code.plan()] == ["create", "upload"]
    assert storage.changes == []
    code.upload()
    assert storage.changes == ["create_bucket", "put_public_access_block", "upload_file"]


def test_zip_that_is_there_is_not_uploaded_again(tmp_path: Path) -> None:
    storage = Storage("bucket", "object")
    code = zip_code(tmp_path, storage)
    assert code.plan() == []
    code.upload()
    assert storage.changes == []


def test_key_of_a_zip_is_its_digest(tmp_path: Path) -> None:
    parameters = zip_code(tmp_path, Storage()).parameters
    assert parameters["Runtime"] == "python3.13"
    assert zip_code(tmp_path, Storage()).parameters["CodeKey"] == parameters["CodeKey"]
    with zipfile.ZipFile(tmp_path / "function.zip", "a") as archive:
        archive.writestr("more", "")
    other = ZipCode(tmp_path / "function.zip", Storage(), "bucket", "eu-central-1")  # type: ignore[arg-type]
    assert other.parameters["CodeKey"] != parameters["CodeKey"]


def test_errors_of_aws_other_than_a_missing_object_are_not_hidden(tmp_path: Path) -> None:
    storage = Storage()
    storage.missing = lambda name: "403"  # type: ignore[method-assign]
    with pytest.raises(ClientError, match="403"):
        zip_code(tmp_path, storage).plan()


def image_code(monkeypatch: pytest.MonkeyPatch, storage: Any) -> tuple[ImageCode, list[str]]:
    calls: list[str] = []

    def run(command: list[str], **_: object) -> SimpleNamespace:
        calls.append(command[1])
        return SimpleNamespace(stdout="sha256:" + "0123456789abcdef" * 4)

    monkeypatch.setattr(subprocess, "run", run)
    return ImageCode("an_image", storage, "docker"), calls


def test_image_is_pushed_under_a_tag_of_its_content(monkeypatch: pytest.MonkeyPatch) -> None:
    storage = Storage()
    code, calls = image_code(monkeypatch, storage)
    assert code.parameters["ImageUri"].endswith(":" + "0123456789abcdef" * 2)
    assert [step.split()[0] for step in code.plan()] == ["create", "push"]
    code.upload()
    assert (storage.changes, calls) == (["create_repository"], ["image", "login", "tag", "push"])


def test_image_that_is_there_is_not_pushed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    code, calls = image_code(monkeypatch, Storage("repositories", "images"))
    assert code.plan() == []
    code.upload()
    assert calls == ["image"]


def test_engine_that_fails(tmp_path: Path) -> None:
    with pytest.raises(DeploymentError, match="no-such-engine image"):
        ImageCode("an_image", Storage(), "no-such-engine")  # type: ignore[arg-type]
