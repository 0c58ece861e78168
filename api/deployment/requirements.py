"""Prints the packages of Pipfile.lock that a target needs: `python -m api.deployment.requirements TARGET`.

Needs only the standard library, since the Dockerfile calls it before anything is installed.
"""

import json
import sys
from pathlib import Path
from typing import Any

from tasks.environment import locked_requirements

ROOT = Path(__file__).resolve().parents[2]

# The Python runtimes of AWS Lambda contain boto3 and its dependencies.
IN_LAMBDA_RUNTIME = {
    "boto3",
    "botocore",
    "jmespath",
    "python-dateutil",
    "s3transfer",
    "six",
    "urllib3",
}
# Receives events from AWS and calls the handler; a zip finds it in the runtime, an image must bring it along.
LAMBDA_CLIENT = {"awslambdaric", "simplejson", "snapshot-restore-py"}
SERVERS = {"gunicorn"}


def packages_of(target: str, lock: dict[str, Any]) -> dict[str, Any]:
    """Return the entries of the lock that `target` needs.

    Args:
        target: `docker`, `lambda-image`, `lambda-zip`, or `lambda-client` (the runtime's own, for tests).
        lock: The content of Pipfile.lock.

    Raises:
        SystemExit: If the target is unknown.
    """
    serving, client = lock["default"], {name: lock["develop"][name] for name in LAMBDA_CLIENT}
    targets = {
        "docker": _without(serving, {"apig-wsgi"}),
        "lambda-image": _without(serving, SERVERS) | client,
        "lambda-zip": _without(serving, SERVERS | IN_LAMBDA_RUNTIME),
        "lambda-client": client,
    }
    if target not in targets:
        raise SystemExit(f"Expected one of {', '.join(targets)}; received {target!r}.")
    return targets[target]


def _without(packages: dict[str, Any], names: set[str]) -> dict[str, Any]:
    return {name: entry for name, entry in packages.items() if name not in names}


def requirements(target: str) -> str:
    """Return the packages of `target` as a pip requirements file with hashes."""
    lock = json.loads((ROOT / "Pipfile.lock").read_text(encoding="utf-8"))
    return locked_requirements({"target": packages_of(target, lock)}, ("target",))


if __name__ == "__main__":
    print(requirements(sys.argv[1] if len(sys.argv) == 2 else ""), end="")
