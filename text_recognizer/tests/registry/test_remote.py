import json
import socket
from pathlib import Path
from typing import Any

import pytest

from text_recognizer.errors import ArtifactError
from text_recognizer.inference import artifacts
from text_recognizer.registry.address import FolderAddress, ModelAddress
from text_recognizer.registry.remote import INDEX, kept, pull, push, remote_models
from text_recognizer.tests.registry.conftest import BUCKET

pytestmark = pytest.mark.slow  # the stand-in for S3 takes seconds to import

FOLDER = FolderAddress(BUCKET, "team/")


@pytest.fixture
def pushed(s3: Any, own: Path, tiny_weights: Path) -> ModelAddress:
    """A model in the bucket."""
    return push(tiny_weights / "tiny_line", FOLDER)


def replace(s3: Any, address: ModelAddress, file: str, content: bytes) -> None:
    s3.put_object(Bucket=BUCKET, Key=address.key(file), Body=content)


def test_a_model_is_pushed_listed_pulled_and_found_by_name(pushed: ModelAddress, own: Path) -> None:
    assert str(pushed) == "s3://models-of-tests/team/tiny_line"
    assert [*remote_models(FOLDER)] == ["tiny_line"]
    assert pull(pushed) == own / "tiny_line"
    assert sorted(path.name for path in (own / "tiny_line").iterdir()) == ["manifest.json", "model.onnx"]
    assert artifacts.find("tiny_line", "line").path.parent == own / "tiny_line"
    pull(pushed)
    assert [path.name for path in own.iterdir()] == ["tiny_line"], "it is replaced, and nothing else is left"


def test_a_kept_model_needs_no_socket(
    pushed: ModelAddress, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = kept(pushed)
    artifact = artifacts.find(str(folder), "line")
    monkeypatch.setenv("TEXT_RECOGNIZER_OFFLINE", "1")

    def refused(*_: Any, **__: Any) -> None:
        raise AssertionError("a socket is opened")

    monkeypatch.setattr(socket, "socket", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    assert kept(pushed) == folder
    assert kept(FOLDER.model("tiny_line", artifact.sha256)) == folder
    with pytest.raises(ArtifactError, match="forbids it"):
        kept(FOLDER.model("another"))
    assert "tiny_line" not in artifacts.available(), "it is named by its address alone"


def test_a_pinned_model_must_be_the_pinned_one(pushed: ModelAddress, own: Path) -> None:
    with pytest.raises(ArtifactError, match="has been replaced"):
        pull(FOLDER.model("tiny_line", "0" * 64))
    assert not (own / "tiny_line").exists()


@pytest.mark.parametrize(
    "content", [b"{", b"[]", b'{"model.onnx": {}}', b'{"../x": {"size": 1, "sha256": "0"}}']
)
def test_a_damaged_index_is_refused(s3: Any, pushed: ModelAddress, content: bytes) -> None:
    replace(s3, pushed, INDEX, content)
    with pytest.raises(ArtifactError, match="damaged"):
        pull(pushed)


def test_an_index_cannot_name_other_files(s3: Any, pushed: ModelAddress) -> None:
    index = json.loads(s3.get_object(Bucket=BUCKET, Key=pushed.key(INDEX))["Body"].read())
    replace(s3, pushed, INDEX, json.dumps({**index, "../evil": index["model.onnx"]}).encode())
    with pytest.raises(ArtifactError, match="damaged"):
        pull(pushed)


@pytest.mark.parametrize("file", ["model.onnx", "manifest.json"])
def test_a_damaged_file_is_refused_and_the_model_before_stays(
    s3: Any, pushed: ModelAddress, own: Path, file: str
) -> None:
    before = (pull(pushed) / file).read_bytes()
    replace(s3, pushed, file, bytes(len(before)))
    with pytest.raises(ArtifactError, match=f"Expected SHA-256 .* of {file}"):
        pull(pushed)
    assert (own / "tiny_line" / file).read_bytes() == before
    assert [path.name for path in own.iterdir()] == ["tiny_line"]


def test_a_damaged_model_is_not_pushed(s3: Any, tiny_weights: Path, tmp_path: Path) -> None:
    folder = tmp_path / "tiny_line"
    folder.mkdir()
    (folder / "manifest.json").write_bytes((tiny_weights / "tiny_line" / "manifest.json").read_bytes())
    (folder / "model.onnx").write_bytes(b"other")
    with pytest.raises(ArtifactError, match="damaged"):
        push(folder, FOLDER)
    assert not s3.list_objects_v2(Bucket=BUCKET).get("Contents")
