"""Builds the zip of the service for AWS Lambda: `python -m api.deployment.lambda_zip [--output FILE]`.

The same checkout, Python and zlib give the same bytes. The Python that builds the zip is also the runtime on
AWS, because the modules are compiled in advance: a function cannot write to their folder.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from api.deployment import sbom
from api.deployment.application import ROOT, copy_application
from api.deployment.compiled_loops import can_compile, compile_loops
from api.deployment.errors import DeploymentError
from api.deployment.requirements import requirements
from text_recognizer.files import replacing
from text_recognizer.tooling.command import command_parser, run_command

DEFAULT_OUTPUT = ROOT / "dist" / "text_recognizer_api_lambda.zip"
RUNTIME_FILE = "RUNTIME"  # a file in the zip with the name of the runtime that it is built for
MAX_ZIP_BYTES = 60_000_000  # keeps the cold start short; AWS itself limits the unpacked size
MAX_UNPACKED_BYTES = 250 * 2**20  # limit of AWS
# Up to glibc 2.34, that of Amazon Linux 2023.
PLATFORMS = [f"manylinux_2_{minor}_x86_64" for minor in (34, 28, 27, 24, 17)] + ["manylinux2014_x86_64"]
NOT_COMPILED = (
    "The inner loops of the zip are not compiled: that needs Linux on x86-64 and Python.h. It reads the "
    "same, but takes longer."
)
# Files that the service never imports, and codecs of image formats that it refuses.
UNUSED = (
    "bin",
    "*.dist-info/RECORD",
    "*.dist-info/sboms",
    "**/__pycache__",
    "**/tests",
    "**/*.pyi",
    "**/*.a",
    "**/*.h",
    "numpy/f2py",
    "numpy/distutils",
    "onnxruntime/backend",
    "onnxruntime/capi/libonnxruntime.so.*",  # for programs in C; the Python module contains the same code
    "onnxruntime/datasets",
    "onnxruntime/quantization",
    "onnxruntime/tools",
    "onnxruntime/transformers",
    "PIL/_avif*.so",
    "PIL/_imagingft*.so",
    "PIL/_imagingtk*.so",
    "pillow.libs/libavif*",
    "pillow.libs/libfreetype*",
    "pillow.libs/libharfbuzz*",
    "google/protobuf/compiler",
)


def install_packages(folder: Path) -> None:
    """Install the packages of the zip into `folder`, for Linux, with the hashes of Pipfile.lock.

    Raises:
        DeploymentError: If pip fails.
    """
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / "requirements.txt"
        file.write_text(requirements("lambda-zip"), encoding="utf-8")
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        command += ["--no-deps", "--require-hashes", "--no-compile", "--only-binary", ":all:"]
        command += [f"--platform={platform}" for platform in PLATFORMS]
        command += ["--target", str(folder), "-r", str(file)]
        if subprocess.run(command, stdout=sys.stderr, check=False).returncode != 0:
            raise DeploymentError(
                "pip could not install the packages of the Lambda zip; see its message above. If it cannot "
                "connect, check the network and the proxy (HTTPS_PROXY), or name a mirror (PIP_INDEX_URL)."
            )


def add_compiled_loops(folder: Path) -> None:
    """Compile the inner loops into `folder`, or say on stderr that this machine cannot.

    Raises:
        DeploymentError: If the compiler cannot be installed or fails.
    """
    if not can_compile("x86_64"):
        print(NOT_COMPILED, file=sys.stderr)
        return
    try:
        compile_loops(folder)
    except subprocess.CalledProcessError as error:
        raise DeploymentError(
            "The inner loops of the zip could not be compiled; see the message above. If pip cannot connect, "
            "check the network and the proxy (HTTPS_PROXY), or name a mirror (PIP_INDEX_URL)."
        ) from error


def prune(folder: Path) -> None:
    """Remove the files that match `UNUSED` from `folder`."""
    for pattern in UNUSED:
        for path in sorted(folder.glob(pattern)):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def compile_modules(folder: Path) -> None:
    """Compile the modules in `folder`, reproducibly, for tracebacks that name /var/task."""
    options = ["-q", "--invalidation-mode", "unchecked-hash", "-s", str(folder), "-p", "/var/task"]
    subprocess.run(
        [sys.executable, "-m", "compileall", *options, str(folder)],
        env=os.environ | {"PYTHONHASHSEED": "0"},
        check=True,
    )


def write_zip(folder: Path, path: Path) -> None:
    """Write the files of `folder` to the zip `path`, sorted and without times and owners; atomically."""
    with (
        replacing(path) as partial,
        zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive,
    ):
        for file in sorted(each for each in folder.rglob("*") if each.is_file()):
            entry = zipfile.ZipInfo(file.relative_to(folder).as_posix(), (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix; its permissions follow, so that everyone may read
            entry.external_attr = (0o100755 if file.suffix == ".so" else 0o100644) << 16
            archive.writestr(entry, file.read_bytes(), compresslevel=9)


def build(path: Path) -> None:
    """Build the zip.

    Raises:
        DeploymentError: If pip fails, or if the zip is too large.
    """
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        install_packages(folder)
        copy_application(folder)
        add_compiled_loops(folder)
        sbom.write(folder / sbom.FILE, folder, folder / "text_recognizer" / "weights")
        prune(folder)  # afterwards: what wheels say of the libraries in them goes too
        (folder / RUNTIME_FILE).write_text(runtime() + "\n", encoding="utf-8")
        compile_modules(folder)
        write_zip(folder, path)
        unpacked = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    size = path.stat().st_size
    if size > MAX_ZIP_BYTES or unpacked > MAX_UNPACKED_BYTES:
        raise DeploymentError(
            f"Expected at most {MAX_ZIP_BYTES:,} bytes, {MAX_UNPACKED_BYTES:,} unpacked; received {size:,} "
            f"and {unpacked:,} in {path}. Leave out more files in UNUSED of {Path(__file__).name}."
        )


def runtime() -> str:
    """Return AWS's name for the running Python, for example python3.13."""
    return f"python{sys.version_info.major}.{sys.version_info.minor}"


def run(args: argparse.Namespace) -> None:
    """Build the zip and print its name and size."""
    build(args.output)
    print(f"{args.output}  {args.output.stat().st_size / 1e6:.1f} MB  {runtime()}")


def main(arguments: list[str] | None = None) -> int:
    """Run the command."""
    parser = command_parser(__doc__)
    parser.add_argument("--output", type=Path, default=DEFAULT_OUTPUT, help="default: %(default)s")
    return run_command(parser, run, arguments)


if __name__ == "__main__":
    raise SystemExit(main())
