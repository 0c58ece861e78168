"""Compiles the inner loops for Linux: `python -m api.deployment.compiled_loops FOLDER`.

Neither the base image nor every machine that builds a zip has a compiler. So one comes from the package
index, held to a hash, into a folder that is removed afterwards; the same version gives the same bytes
everywhere. Needs only the standard library, since the Dockerfile calls it.
"""

import os
import platform
import subprocess
import sys
import sysconfig
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
COMPILER = Path(__file__).with_name("requirements-compiler.txt")
GLIBC = "2.34"  # that of Amazon Linux 2023; those of the base images are later
MACHINES = ("x86_64", "aarch64")  # for which that file names a compiler


def can_compile(machine: str) -> bool:
    """Tell whether this machine is one of that kind under Linux, and has the header files of its Python."""
    header = Path(sysconfig.get_path("include"), "Python.h")
    return sys.platform == "linux" and platform.machine() == machine in MACHINES and header.is_file()


def compile_loops(folder: Path, root: Path = ROOT) -> list[Path]:
    """Compile what `pyproject.toml` of the checkout `root` declares; return the libraries.

    Args:
        folder: To which the application is copied, or will be; its modules find the libraries.
        root: The checkout.

    Raises:
        CalledProcessError: If the compiler cannot be installed or fails.
    """
    declared = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    extensions = declared["tool"]["setuptools"]["ext-modules"]
    with tempfile.TemporaryDirectory() as compiler:
        _run(
            *("pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-compile"),
            *("--only-binary", ":all:", "--require-hashes", "--target", compiler, "-r", str(COMPILER)),
        )
        return [_compile(extension, folder, root, compiler) for extension in extensions]


def _compile(extension: Mapping[str, Any], folder: Path, root: Path, compiler: str) -> Path:
    """Compile an extension of `root` to below `folder` with the compiler in a folder; return the library."""
    path = folder.joinpath(*extension["name"].split(".")).with_suffix(".abi3.so").absolute()
    path.parent.mkdir(parents=True, exist_ok=True)
    _run(
        *("ziglang", "cc", "-target", f"{platform.machine()}-linux-gnu.{GLIBC}", "-shared", "-fPIC", "-s"),
        *(*extension["extra-compile-args"], "-fno-sanitize=undefined"),  # that compiler's default
        *(f"-I{sysconfig.get_path('include')}", *extension["sources"], "-o", str(path), "-lm"),
        cwd=root,
        environment=dict.fromkeys(("PYTHONPATH", "ZIG_GLOBAL_CACHE_DIR", "ZIG_LOCAL_CACHE_DIR"), compiler),
    )
    return path


def _run(*module: str, cwd: Path = ROOT, environment: Mapping[str, str] = MappingProxyType({})) -> None:
    """Run a Python module, with its output on stderr."""
    command, variables = [sys.executable, "-m", *module], {**os.environ, **environment}
    subprocess.run(command, env=variables, cwd=cwd, stdout=sys.stderr, check=True)


if __name__ == "__main__":
    compile_loops(Path(sys.argv[1]))
