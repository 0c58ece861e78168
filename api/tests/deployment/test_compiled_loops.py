import platform
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest

import text_recognizer.decoding.twin as decoding_twin
import text_recognizer.images.twin as images_twin
from api.deployment import compiled_loops
from api.deployment.compiled_loops import COMPILER, can_compile, compile_loops
from text_recognizer.tests.repository import ROOT


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What would have been run."""
    found: list[list[str]] = []

    def run(command: list[str], **_: object) -> SimpleNamespace:
        found.append(command)
        return SimpleNamespace(returncode=0)

    monkeypatch.setattr(subprocess, "run", run)
    return found


def test_the_compiler_is_held_to_hashes_and_compiles_what_the_package_declares(
    commands: list[list[str]], tmp_path: Path
) -> None:
    libraries = compile_loops(tmp_path)
    install, *compilations = commands
    assert {"--require-hashes", "--no-deps", str(COMPILER)} <= set(install)
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["ext-modules"]
    for extension, library, command in zip(declared, libraries, compilations, strict=True):
        assert {*extension["sources"], *extension["extra-compile-args"], str(library)} <= set(command)
        assert f"{platform.machine()}-linux-gnu.2.34" in command


def test_libraries_lie_where_their_modules_are_looked_for(commands: list[list[str]], tmp_path: Path) -> None:
    libraries = compile_loops(tmp_path)
    modules = ((decoding_twin, "_twin.abi3.so"), (images_twin, "_pixels.abi3.so"))
    for library, (module, name) in zip(libraries, modules, strict=True):
        assert library.parent.is_dir()
        folder = Path(str(module.__file__)).parent / "compiled"
        assert library.relative_to(tmp_path) == folder.relative_to(ROOT) / name


def test_there_is_a_hash_for_each_machine() -> None:
    text = COMPILER.read_text()
    assert len(re.findall(r"--hash=sha256:[0-9a-f]{64}", text)) == len(compiled_loops.MACHINES)
    assert len(re.findall(r"^\w+==", text, re.MULTILINE)) == 1


def test_other_machines_do_not_compile(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not can_compile("vax")
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    assert not can_compile("aarch64")
    monkeypatch.setattr(sys, "platform", "darwin")
    assert not can_compile("x86_64")


def test_a_compiler_that_fails_is_no_success(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", "false")
    with pytest.raises(subprocess.CalledProcessError):
        compile_loops(tmp_path)
