import platform
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest

from api.deployment import compiled_search
from api.deployment.compiled_search import COMPILER, can_compile, compile_search
from text_recognizer.decoding import twin
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
    library = compile_search(tmp_path)
    install, compile_ = commands
    assert {"--require-hashes", "--no-deps", str(COMPILER)} <= set(install)
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["ext-modules"][0]
    assert {*declared["sources"], *declared["extra-compile-args"], str(library)} <= set(compile_)
    assert f"{platform.machine()}-linux-gnu.2.34" in compile_


def test_the_library_lies_where_the_module_is_looked_for(commands: list[list[str]], tmp_path: Path) -> None:
    library = compile_search(tmp_path)
    assert library.parent == tmp_path / "text_recognizer" / "decoding" / "compiled"
    assert library.parent.is_dir()
    assert Path(twin.__file__).parent.relative_to(ROOT) / "compiled" == library.parent.relative_to(tmp_path)
    assert library.name == "_twin.abi3.so"


def test_there_is_a_hash_for_each_machine() -> None:
    text = COMPILER.read_text()
    assert len(re.findall(r"--hash=sha256:[0-9a-f]{64}", text)) == len(compiled_search.MACHINES)
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
        compile_search(tmp_path)
