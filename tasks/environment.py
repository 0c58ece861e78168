"""Makes the virtual environment of the tasks, from the hashes in Pipfile.lock; needs nothing but Python.

`python tasks/environment.py serve` makes `.venv-serve` (what recognizes and serves, no TensorFlow),
`python tasks/environment.py dev` makes `.venv-dev` (that, and what trains, tests and lints). A second call
with the same lock returns at once. All output goes to stderr: stdout belongs to the task.
"""

import fcntl
import hashlib
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent

COMPILED = "text_recognizer/*/compiled/*.[ch]"  # built by the installation of the project itself

# Sections of Pipfile.lock that make up each environment.
ENVIRONMENTS = {"serve": ("default",), "dev": ("default", "develop")}

NO_VENV = (
    "Expected a Python with venv and pip; received {python}, whose module ensurepip is missing or fails. "
    "Install it (Debian, Ubuntu: apt install python3-venv) and run this task again."
)
TOO_NEW = (
    "Expected Python 3.11, 3.12 or 3.13, for which TensorFlow has wheels; received {version}. "
    "Install one of them beside it and run this task again."
)
NO_PACKAGES = (
    "Expected to install the packages of Pipfile.lock; pip failed, and its message stands above. If it "
    "speaks of connections or of no matching distribution, it did not reach a package index: check "
    "the network and the proxy (HTTPS_PROXY), or name a mirror (PIP_INDEX_URL), and run this task again."
)
LINKED = (
    "{folder} is a link to {target}, which making the environment anew would empty. Remove the link and run "
    "this task again."
)
STALE_LOCK = "Expected Pipfile.lock to fit pyproject.toml; received the conflict above. Run tasks/lock.sh."


def locked_requirements(lock: dict[str, Any], sections: tuple[str, ...]) -> str:
    """Return the locked packages as a pip requirements file with hashes.

    Args:
        lock: The content of Pipfile.lock.
        sections: The sections to take; a package that stands in two is taken once.
    """
    packages = {name: entry for section in sections for name, entry in lock[section].items()}
    locked = {name: entry for name, entry in packages.items() if "version" in entry}  # not the project itself
    return "".join(_requirement(name, entry) for name, entry in sorted(locked.items()))


def _requirement(name: str, entry: dict[str, Any]) -> str:
    marker = f" ; {entry['markers']}" if "markers" in entry else ""
    hashes = "".join(f" \\\n    --hash={value}" for value in entry["hashes"])
    return f"{name}{entry['version']}{marker}{hashes}\n"


def fingerprint(root: Path) -> str:
    """Return a hash of all that an environment depends on: declarations, lock, Python, place.

    It is the same from within the environment, for one task calls another.
    """
    declared = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    parts = [declared["build-system"], declared["project"], declared["tool"]["setuptools"]]
    parts += [(root / "Pipfile.lock").read_text(encoding="utf-8"), sys.version, sys.base_prefix, str(root)]
    parts += [path.read_text(encoding="utf-8") for path in sorted(root.glob(COMPILED))]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def check_python(name: str) -> None:
    """Exit with a message if this Python cannot carry the environment `name`."""
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        raise SystemExit(NO_VENV.format(python=sys.executable))
    if name == "dev" and sys.version_info >= (3, 14):
        raise SystemExit(TOO_NEW.format(version=sys.version.split()[0]))


def installation(name: str, root: Path, requirements: Path) -> Iterator[tuple[str, list[str], str]]:
    """Yield the steps that make the environment `name`: what it does, its command, what a failure means."""
    folder = root / f".venv-{name}"
    venv = [sys.executable, "-m", "venv", "--clear", str(folder)]
    yield f"virtual environment {folder.name}", venv, NO_VENV.format(python=sys.executable)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--no-input"]
    locked = [*pip, "install", "--no-deps", "--require-hashes", "-r", str(requirements)]
    yield "packages of Pipfile.lock", locked, NO_PACKAGES
    project = [*pip, "install", "--quiet", "--no-deps", "--editable", str(root)]
    yield "text_recognizer itself", project, NO_PACKAGES
    yield "do they fit together?", [*pip, "check"], STALE_LOCK


def make_environment(name: str, root: Path) -> None:
    """Make `.venv-<name>` under `root`, unless it is there and up to date.

    Raises:
        SystemExit: If Python or the network lacks something; the message says what to do.
    """
    stamp = root / f".venv-{name}" / "complete"
    if stamp.is_file() and stamp.read_text() == fingerprint(root):
        return
    check_python(name)
    if stamp.parent.is_symlink():
        raise SystemExit(LINKED.format(folder=stamp.parent, target=stamp.parent.resolve()))
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        requirements = Path(folder) / "requirements.txt"
        lock = json.loads((root / "Pipfile.lock").read_text())
        requirements.write_text(locked_requirements(lock, ENVIRONMENTS[name]))
        steps = list(installation(name, root, requirements))
        for i, (what, command, hint) in enumerate(steps, start=1):
            print(f"[{i}/{len(steps)}] {what}", file=sys.stderr, flush=True)
            if subprocess.run(command, stdout=sys.stderr, check=False).returncode != 0:
                raise SystemExit(hint)
    stamp.write_text(fingerprint(root))
    print(f"Ready after {time.monotonic() - start:.0f} s: {stamp.parent}", file=sys.stderr)


def main() -> None:
    """Make the environment that the command line names; one process at a time."""
    name = sys.argv[1] if len(sys.argv) == 2 else ""
    if name not in ENVIRONMENTS:
        raise SystemExit(f"Expected one of {', '.join(ENVIRONMENTS)}; received {sys.argv[1:]}.")
    fcntl.flock(os.open(ROOT / "tasks", os.O_RDONLY), fcntl.LOCK_EX)  # held until this process ends
    make_environment(name, ROOT)


if __name__ == "__main__":
    main()
