"""Compiles the optional extensions for tests that compare them with NumPy."""

import importlib.util
import os
import shlex
import shutil
import subprocess
import sysconfig
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

from text_recognizer.tests.repository import ROOT


def compiled_extension(name: str, folder: Path) -> ModuleType:
    """Return an extension of `pyproject.toml`, compiled into a folder; skips without a compiler or Python.h.

    Warnings are errors. Options in CFLAGS are added, `-fsanitize=address,undefined` for example.
    """
    compiler = shutil.which((sysconfig.get_config_var("CC") or "cc").split()[0])
    include = sysconfig.get_path("include")
    if compiler is None or not (Path(include) / "Python.h").is_file():
        pytest.skip("there is no compiler, or no Python.h")
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extensions = declared["tool"]["setuptools"]["ext-modules"]
    (extension,) = (each for each in extensions if each["name"] == name)
    module_name = name.rpartition(".")[2]
    library = folder / f"{module_name}.so"
    options = [*extension["extra-compile-args"], "-Wall", "-Wextra", "-Werror", "-fPIC", "-shared"]
    options += [f"-I{include}", *shlex.split(os.environ.get("CFLAGS", ""))]
    command = [compiler, *options, *extension["sources"], "-o", str(library), "-lm"]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    spec = importlib.util.spec_from_file_location(module_name, library)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
