"""SIGKILL at any moment of a download: under its name is always one whole model, the old or the new one."""

import functools
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from text_recognizer.files import sha256_of, write_json
from text_recognizer.registry.remote import INDEX
from text_recognizer.tests.registry.conftest import BUCKET

KILLS = int(os.environ.get("KILLS", "3"))
LONGEST_S = 0.5  # from the first model to the kill: a few downloads
MODEL_BYTES = 2**21  # several chunks of a download
VERSIONS = ("one", "other")

# Replaces a model by another one of the same name, and again, until it is killed.
PULLING = f"""
from text_recognizer.registry.address import FolderAddress
from text_recognizer.registry.remote import pull
addresses = [FolderAddress("{BUCKET}", f"{{version}}/").model("line") for version in {VERSIONS}]
while True:
    for address in addresses:
        pull(address)
        print("pulled", flush=True)
"""


class Quiet(SimpleHTTPRequestHandler):
    """Plays GetObject of S3 for the files of a folder."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def publish(folder: Path, content: bytes) -> None:
    """Write a model as `push` leaves it."""
    folder.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(content)
    write_json(folder / "manifest.json", {"sha256": {"model.onnx": sha256_of(folder / "model.onnx")}})
    files = [folder / "model.onnx", folder / "manifest.json"]
    write_json(
        folder / INDEX,
        {file.name: {"size": file.stat().st_size, "sha256": sha256_of(file)} for file in files},
    )


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """What a process needs to find two versions of a model in a bucket, and its own folder of models."""
    for number, version in enumerate(VERSIONS):
        publish(tmp_path / "s3" / BUCKET / version / "line", bytes([number]) * MODEL_BYTES)
    handler = functools.partial(Quiet, directory=str(tmp_path / "s3"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield {
            **os.environ, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}",
            "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_DEFAULT_REGION": "us-east-1", "TEXT_RECOGNIZER_OFFLINE": "",
            "TEXT_RECOGNIZER_MODELS_DIR": str(tmp_path / "own"),
        }  # fmt: skip
        server.shutdown()


@pytest.mark.process
@pytest.mark.slow
def test_kills_leave_one_whole_model(environment: dict[str, str], tmp_path: Path) -> None:
    own, rng, kills, left = tmp_path / "own", random.Random(3), 0, 0
    while kills < KILLS or not left:  # until at least one kill has cut a download
        kills += 1
        assert kills <= 20 * KILLS, "no download was cut"
        with subprocess.Popen(
            [sys.executable, "-c", PULLING], stdout=subprocess.PIPE, env=environment
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"pulled\n"
            time.sleep(rng.uniform(0, LONGEST_S))
            process.kill()
        manifest = json.loads((own / "line" / "manifest.json").read_text())
        assert sha256_of(own / "line" / "model.onnx") == manifest["sha256"]["model.onnx"]
        hidden = [path for path in own.iterdir() if path.name != "line"]
        assert len(hidden) <= 1, "each pull removes what the one before has left"
        left += len(hidden)
