"""Builds the zip of the service for AWS Lambda: `python -m api.deployment.lambda_zip [--output FILE]`.

The same checkout, Python and zlib give the same bytes. The Python that builds is the runtime on AWS:
modules are compiled beforehand, since a function cannot write where they lie.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from api.deployment.application import ROOT, copy_application
from api.deployment.requirements import requirements

DEFAULT_OUTPUT = ROOT / "dist" / "text_recognizer_api_lambda.zip"
RUNTIME_FILE = "RUNTIME"  # a member of the zip: the name of the runtime that it is built for
MAX_ZIP_BYTES = 60_000_000
MAX_UNPACKED_BYTES = 250 * 2**20  # limit of AWS
# Amazon Linux 2023 has glibc 2.34.
PLATFORMS = [f"manylinux_2_{minor}_x86_64" for minor in (34, 28, 27, 24, 17)] + ["manylinux2014_x86_64"]
# What no module of the service imports, and the image formats that it refuses.
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
    "onnxruntime/capi/libonnxruntime.so.*",  # for C programs: the module for Python holds all of it
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
    """Install the packages of the zip into `folder`, for Linux, held to the hashes of Pipfile.lock.

    Raises:
        SystemExit: If pip fails.
    """
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / "requirements.txt"
        file.write_text(requirements("lambda-zip"), encoding="utf-8")
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        command += ["--no-deps", "--require-hashes", "--no-compile", "--only-binary", ":all:"]
        command += [f"--platform={platform}" for platform in PLATFORMS]
        command += ["--target", str(folder), "-r", str(file)]
        if subprocess.run(command, stdout=sys.stderr, check=False).returncode != 0:
            raise SystemExit(
                "Expected to install the packages of the Lambda zip; pip failed, and its message stands "
                "above. If it speaks of connections, check the network and the proxy (HTTPS_PROXY), or "
                "name a mirror (PIP_INDEX_URL), and run this again."
            )


def prune(folder: Path) -> None:
    """Remove `UNUSED` from `folder`."""
    for pattern in UNUSED:
        for path in sorted(folder.glob(pattern)):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def compile_modules(folder: Path) -> None:
    """Compile the modules in `folder`: equal sources give equal bytes, tracebacks name /var/task."""
    options = ["-q", "--invalidation-mode", "unchecked-hash", "-s", str(folder), "-p", "/var/task"]
    subprocess.run(
        [sys.executable, "-m", "compileall", *options, str(folder)],
        env=os.environ | {"PYTHONHASHSEED": "0"},
        check=True,
    )


def write_zip(folder: Path, path: Path) -> None:
    """Write the files of `folder` as the zip `path`: sorted, without times and owners; atomically."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for file in sorted(each for each in folder.rglob("*") if each.is_file()):
            entry = zipfile.ZipInfo(file.relative_to(folder).as_posix(), (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, whose permissions follow: all may read
            entry.external_attr = (0o100755 if file.suffix == ".so" else 0o100644) << 16
            archive.writestr(entry, file.read_bytes(), compresslevel=9)
    os.replace(temporary, path)


def build(path: Path) -> None:
    """Build the zip.

    Raises:
        SystemExit: If pip fails, or AWS would refuse the zip for its size.
    """
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        install_packages(folder)
        prune(folder)
        copy_application(folder)
        (folder / RUNTIME_FILE).write_text(runtime() + "\n", encoding="utf-8")
        compile_modules(folder)
        write_zip(folder, path)
        unpacked = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    size = path.stat().st_size
    if size > MAX_ZIP_BYTES or unpacked > MAX_UNPACKED_BYTES:
        raise SystemExit(
            f"Expected at most {MAX_ZIP_BYTES:,} bytes, {MAX_UNPACKED_BYTES:,} unpacked; received {size:,} "
            f"and {unpacked:,} in {path}. Leave out more in UNUSED of {Path(__file__).name}."
        )


def runtime() -> str:
    """Return the name that AWS gives to the running Python."""
    return f"python{sys.version_info.major}.{sys.version_info.minor}"


def main() -> None:
    """Build the zip and print its name and size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=DEFAULT_OUTPUT, help="default: %(default)s")
    path = parser.parse_args().output
    build(path)
    print(f"{path}  {path.stat().st_size / 1e6:.1f} MB  {runtime()}")


if __name__ == "__main__":
    main()
