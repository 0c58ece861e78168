"""The examples of HTTP in README and manual, run as they stand, but for the port, against a live service."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from api.app import create_app
from api.config import ApiConfig
from api.models import Models
from api.tests.conftest import FakeRecognizer, FakeWords
from api.tests.live import serving_app
from text_recognizer.tests.manual import blocks
from text_recognizer.tests.repository import ROOT

ADDRESS = "http://127.0.0.1:8000"
COMMANDS = [
    command
    for document in ("README.md", "docs/service.md")
    for text in blocks(document, "sh")
    if f"{ADDRESS}/v1/" in text
    for command in re.sub(r"(\\|\|)\n", r"\1 ", text).replace("\\ ", "").splitlines()
]
PROGRAMS = [text for text in blocks("docs/service.md", "python") if "text_recognizer.client" in text]


def _image(format_: str) -> bytes:
    file = io.BytesIO()
    noise = np.random.default_rng(0).integers(0, 256, (300, 400), np.uint8)
    Image.fromarray(noise).save(file, format_)
    return file.getvalue()


PNG = _image("PNG")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("page.png", "line.png", "word.png"):
        (tmp_path / name).write_bytes(PNG)
    # PDFs need the process of the decoder; the content of a file decides on its format, not its name.
    for name, format_ in (
        ("scan.jpg", "JPEG"),
        ("scan.tif", "TIFF"),
        ("letter.pdf", "TIFF"),
        ("page.jpg", "JPEG"),
    ):
        (tmp_path / name).write_bytes(_image(format_))
    lines = [{"text": "first line", "confidence": 1}]
    corrected = {"lines": lines, "width": 400, "height": 300}  # as large as the images
    (tmp_path / "corrected.json").write_text(json.dumps(corrected), encoding="utf-8")
    return tmp_path


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    loader = {"https://example.org/page.png": PNG}.__getitem__
    models = Models((FakeRecognizer(),), (FakeWords("Words"),))
    with serving_app(create_app(ApiConfig(image_url=True), None, loader, models)) as address:
        yield address


def test_the_documents_have_examples() -> None:
    assert len(COMMANDS) >= 8
    assert len(PROGRAMS) == 1
    assert len(PNG) > 100_000  # longer than one argument of a command may be


@pytest.mark.skipif(not shutil.which("curl"), reason="needs the command curl")
@pytest.mark.parametrize("command", COMMANDS)
def test_curl(command: str, folder: Path, address: str) -> None:
    assert ADDRESS in command
    script = (
        f'curl() {{ command curl --silent --show-error --fail-with-body --max-time 60 "$@"; }}\n{command}'
    )
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script.replace(ADDRESS, address)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"no_proxy": "*"},
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    if saved := re.search(r"-o (\S+\.pdf)", command):
        assert (folder / saved[1]).read_bytes().startswith(b"%PDF")
        return
    mode = re.search(r"mode=(\w+)", command)
    assert {"line": "a line", "word": "exit"}.get(mode[1] if mode else "", "first line") in done.stdout
    assert done.stdout.startswith("<?xml" if "hocr" in command else "{")


def test_client(folder: Path, address: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAMS[0].replace(ADDRESS, address)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT), "no_proxy": "*"},
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("first line\nsecond\n<?xml")
    assert done.stdout.count("Answer(page=") == 2
