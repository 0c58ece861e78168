"""Models in a bucket: published as a whole, fetched with every digest checked, and kept.

A model is a folder of the bucket with its files and `index.json`, which has the size and the SHA-256 of each.
The index is written last and read first: a model that is being published or replaced is never mixed up.
"""

import io
import json
import shutil
import tempfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from text_recognizer.errors import ArtifactError
from text_recognizer.files import replacing_folder, sha256_of, write_json
from text_recognizer.inference.artifacts import CARD, MANIFEST, ONNX, WEIGHTS, read_manifest, verify
from text_recognizer.inference.own_models import own_models_dir
from text_recognizer.registry.address import FolderAddress, ModelAddress
from text_recognizer.registry.s3 import Bucket

INDEX = "index.json"
FILES = (ONNX, WEIGHTS, "decoding.json", CARD, MANIFEST)  # of a model; nothing else is sent or taken
KEPT = ".remote"  # folder beside the user's own models, for those that were named by their address

_MAX_INDEX_BYTES = 2**20  # an index has five files
_MAX_FILE_BYTES = 2**32  # far more than any model here: a wrong index must not fill the disk

Index = Mapping[str, Mapping[str, Any]]


def push(folder: Path, target: FolderAddress) -> ModelAddress:
    """Publish the model in `folder` under its name.

    Raises:
        ArtifactError: If it has no manifest or model.onnx, a file is damaged, or S3 refuses or fails.
    """
    address = target.model(folder.name)
    for file, digest in read_manifest(folder, digests=[ONNX])["sha256"].items():
        if file == ONNX or (folder / file).is_file():
            verify(folder / file, digest)
    bucket = Bucket(target.bucket)
    present = [folder / file for file in FILES if (folder / file).is_file()]
    index = {path.name: {"size": path.stat().st_size, "sha256": sha256_of(path)} for path in present}
    for path in present:
        bucket.upload(path, address.key(path.name))
    with tempfile.TemporaryDirectory() as temporary:
        write_json(Path(temporary) / INDEX, index)
        bucket.upload(Path(temporary) / INDEX, address.key(INDEX))
    return address


def pull(address: ModelAddress, models: Path | None = None) -> Path:
    """Fetch a model into `models`/NAME, which it replaces as a whole once every digest is right.

    A kill at any moment leaves the model that was there, or the new one.

    Args:
        address: Of the model.
        models: Folder of models; default: the user's own.

    Returns:
        The folder of the model.

    Raises:
        ArtifactError: If there is no such model, its model.onnx is not the pinned one, a file has another
            SHA-256 than the index says, or S3 refuses or fails.
    """
    models = models or own_models_dir()
    bucket = Bucket(address.folder.bucket)
    index = _index(bucket, address)
    with replacing_folder(models / address.name) as new:
        for file, entry in index.items():
            with (new / file).open("wb") as target:
                bucket.download(address.key(file), target, entry["size"])
            _check(new / file, entry["sha256"], address)
        read_manifest(new, digests=[ONNX])
    if models == own_models_dir():
        # The next use of the address fetches it anew.
        shutil.rmtree(_kept(address).parent, ignore_errors=True)
    return models / address.name


def kept(address: ModelAddress) -> Path:
    """Return the folder of a model that is named by its address: fetched once, then without the network.

    It is fetched anew only if the address pins another SHA-256 than that of the model that was kept.

    Raises:
        ArtifactError: As `pull`.
    """
    folder = _kept(address)
    if (folder / MANIFEST).is_file() and address.sha256 in (None, _onnx_digest(folder)):
        return folder
    return pull(address, folder.parent)


def remote_models(folder: FolderAddress) -> dict[str, dict[str, Any]]:
    """Return the manifests of the models in a folder of a bucket, by name.

    Raises:
        ArtifactError: If S3 refuses or fails, or a manifest is not what the index says.
    """
    bucket = Bucket(folder.bucket)
    found = {}
    for key in bucket.keys(folder.prefix):
        name, _, file = key.removeprefix(folder.prefix).partition("/")
        if file == INDEX:
            address = folder.model(name)
            entry = _index(bucket, address)[MANIFEST]
            content = io.BytesIO()
            bucket.download(address.key(MANIFEST), content, min(entry["size"], _MAX_INDEX_BYTES))
            if sha256(content.getvalue()).hexdigest() != entry["sha256"]:
                raise ArtifactError(f"The manifest of {address} is not that of its index: push it again.")
            found[name] = json.loads(content.getvalue())
    return found


def _index(bucket: Bucket, address: ModelAddress) -> Index:
    """Return the size and the digest of each file of a model."""
    content = io.BytesIO()
    bucket.download(address.key(INDEX), content, _MAX_INDEX_BYTES)
    try:
        index: Index = json.loads(content.getvalue())
        fits = {ONNX, MANIFEST} <= index.keys() <= {*FILES} and all(
            0 <= entry["size"] <= _MAX_FILE_BYTES and len(entry["sha256"]) == 64 for entry in index.values()
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        fits = False
    if not fits:
        raise ArtifactError(f"The {INDEX} of {address} is damaged: push the model again.")
    if address.sha256 not in (None, found := index[ONNX]["sha256"]):
        raise ArtifactError(
            f"The {ONNX} of {address} has the SHA-256 {found}; expected {address.sha256}. The model has been "
            "replaced: pin the one that is there now, or have the other one pushed under a name of its own."
        )
    return index


def _check(path: Path, digest: str, address: ModelAddress) -> None:
    if (actual := sha256_of(path)) != digest:
        raise ArtifactError(
            f"Expected SHA-256 {digest} of {path.name} of {address}; received {actual}. It may be replaced "
            "right now: try again, or push the model again."
        )


def _onnx_digest(folder: Path) -> str:
    return str(read_manifest(folder, digests=[ONNX])["sha256"][ONNX])


def _kept(address: ModelAddress) -> Path:
    """Return where a model is kept: equal names of different folders must not meet."""
    return own_models_dir() / KEPT / sha256(str(address.folder).encode()).hexdigest()[:16] / address.name
