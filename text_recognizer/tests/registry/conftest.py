"""A bucket of S3 that moto plays, and a folder of the user's own models."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from text_recognizer.inference.own_models import MODELS_DIR_VARIABLE

BUCKET = "models-of-tests"


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The client of a moto that has an empty bucket."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.delenv("TEXT_RECOGNIZER_OFFLINE", raising=False)
    with mock_aws():
        client = boto3.client("s3")
        client.create_bucket(Bucket=BUCKET)
        yield client


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the user's own models."""
    monkeypatch.setenv(MODELS_DIR_VARIABLE, str(tmp_path / "own"))
    return tmp_path / "own"
