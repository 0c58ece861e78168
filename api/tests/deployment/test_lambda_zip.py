import hashlib
import json
import os
import subprocess
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from api.deployment import lambda_zip
from api.deployment.application import MODELS
from api.deployment.errors import DeploymentError
from text_recognizer.tests.repository import ROOT


def fill(folder: Path) -> None:
    """What pip would leave, small."""
    for name in (
        "numpy/__init__.py",
        "numpy/f2py/__init__.py",
        "numpy/core/tests/test_x.py",
        "numpy/core/x.so",
        "onnxruntime/quantization/__init__.py",
        "flask-1.dist-info/RECORD",
        "flask-1.dist-info/METADATA",
        "bin/flask",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("NAMES = {'a', 'b', 'c'}\n")


LIBRARIES = {
    "text_recognizer/decoding/compiled/_twin.abi3.so",
    "text_recognizer/images/compiled/_pixels.abi3.so",
}


def compile_nothing(folder: Path) -> None:
    for library in LIBRARIES:
        (folder / library).write_text("compiled")


@pytest.fixture
def builder(monkeypatch: pytest.MonkeyPatch) -> None:
    """The builder without pip, which would need a network."""
    monkeypatch.setattr(lambda_zip, "install_packages", fill)
    monkeypatch.setattr(lambda_zip, "can_compile", lambda machine: machine == "x86_64")
    monkeypatch.setattr(lambda_zip, "compile_loops", compile_nothing)


@pytest.mark.usefixtures("builder")
def test_the_same_checkout_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "first.zip", tmp_path / "other" / "second.zip"
    lambda_zip.build(first)
    os.utime(ROOT / "api" / "lambda_handler.py")
    lambda_zip.build(second)
    assert first.read_bytes() == second.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["first.zip", "other"]


@pytest.mark.usefixtures("builder")
def test_the_bill_of_materials_lists_the_models_in_the_zip(tmp_path: Path) -> None:
    lambda_zip.build(tmp_path / "function.zip")
    with zipfile.ZipFile(tmp_path / "function.zip") as archive:
        bill = json.loads(archive.read("sbom.cdx.json"))
    models = {each["name"] for each in bill["components"] if each["type"] == "machine-learning-model"}
    assert models == {name for name in MODELS if not name.startswith("LanguageModel")}


@pytest.mark.usefixtures("builder")
def test_content(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    lambda_zip.build(path)
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        assert {"api/lambda_handler.py", "numpy/__init__.py", "numpy/core/x.so", *LIBRARIES} <= set(names)
        assert not [name for name in names if name.endswith(".c")]
        assert not [name for name in names if "f2py" in name or "tests" in name or name.startswith("bin/")]
        assert "flask-1.dist-info/METADATA" in names
        assert "flask-1.dist-info/RECORD" not in names
        assert names == sorted(names, key=Path)
        assert archive.read("RUNTIME").decode().strip() == lambda_zip.runtime()
        for entry in archive.infolist():
            assert entry.date_time == (1980, 1, 1, 0, 0, 0)
            assert entry.external_attr >> 16 in (0o100644, 0o100755)
        compiled = [name for name in names if name.startswith("api/__pycache__/lambda_handler.")]
        assert len(compiled) == 1
        code = archive.read(compiled[0])
    assert code[4:8] == b"\x01\x00\x00\x00"  # by hash, unchecked: no time, PEP 552
    assert b"/var/task/api/lambda_handler.py" in code
    assert str(tmp_path).encode() not in code


@pytest.mark.usefixtures("builder")
def test_too_large_a_zip_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lambda_zip, "MAX_ZIP_BYTES", 1000)
    with pytest.raises(DeploymentError, match=r"Expected at most 1,000 bytes, .* Leave out more"):
        lambda_zip.build(tmp_path / "a.zip")


@pytest.mark.usefixtures("builder")
def test_a_machine_that_cannot_compile_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(lambda_zip, "can_compile", lambda _: False)
    lambda_zip.add_compiled_loops(tmp_path)
    assert "not compiled: that needs Linux on x86-64" in capsys.readouterr().err
    assert not [*tmp_path.rglob("*.so")]


def test_a_compiler_that_fails_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Path) -> None:
        raise subprocess.CalledProcessError(1, "cc")

    monkeypatch.setattr(lambda_zip, "can_compile", lambda _: True)
    monkeypatch.setattr(lambda_zip, "compile_loops", fail)
    with pytest.raises(DeploymentError, match="could not be compiled"):
        lambda_zip.add_compiled_loops(tmp_path)


def test_pip_is_held_to_linux_and_to_the_hashes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[list[str]] = []

    def run(command: list[str], **_: object) -> SimpleNamespace:
        commands.append(command)
        assert "--hash=sha256:" in Path(command[-1]).read_text(encoding="utf-8")
        return SimpleNamespace(returncode=1)

    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(DeploymentError, match="check the network and the proxy"):
        lambda_zip.install_packages(tmp_path)
    assert {"--require-hashes", "--no-deps", "--platform=manylinux2014_x86_64"} <= set(commands[0])


def test_write_replaces_what_was_there(tmp_path: Path) -> None:
    folder, path = tmp_path / "folder", tmp_path / "a.zip"
    fill(folder)
    path.write_bytes(b"old")
    lambda_zip.write_zip(folder, path)
    assert zipfile.is_zipfile(path)
    assert hashlib.sha256(path.read_bytes()).digest() != hashlib.sha256(b"old").digest()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.zip", "folder"]
