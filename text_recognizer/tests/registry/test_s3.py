import io
from pathlib import Path
from typing import Any

import pytest

from text_recognizer.errors import ArtifactError, ConfigError
from text_recognizer.registry.s3 import Bucket
from text_recognizer.tests.registry.conftest import BUCKET

pytestmark = pytest.mark.slow  # the stand-in for S3 takes seconds to import


def test_files_go_there_and_come_back(s3: Any, tmp_path: Path) -> None:
    path, target = tmp_path / "a", io.BytesIO()
    path.write_bytes(b"content")
    bucket = Bucket(BUCKET)
    for key in ("x/b", "x/a", "y"):
        bucket.upload(path, key)
    assert bucket.keys("x/") == ["x/a", "x/b"]
    bucket.download("x/a", target, max_bytes=7)
    assert target.getvalue() == b"content"
    with pytest.raises(ArtifactError, match="more than the 6 bytes"):
        bucket.download("x/a", target, max_bytes=6)


def test_errors_name_what_was_asked_for_and_the_code_alone(s3: Any) -> None:
    with pytest.raises(ArtifactError, match=r"s3://models-of-tests/none cannot be .*: NoSuchKey\."):
        Bucket(BUCKET).download("none", io.BytesIO(), 1)
    with pytest.raises(ArtifactError, match="NoSuchBucket"):
        Bucket("another-bucket").keys("")


def test_offline_no_client_is_made(s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXT_RECOGNIZER_OFFLINE", "1")
    with pytest.raises(ArtifactError, match="TEXT_RECOGNIZER_OFFLINE forbids it"):
        Bucket(BUCKET)


def test_without_boto3_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEXT_RECOGNIZER_OFFLINE", raising=False)
    monkeypatch.setitem(__import__("sys").modules, "boto3", None)
    with pytest.raises(ConfigError, match=r"text-recognizer\[aws\]"):
        Bucket(BUCKET)
