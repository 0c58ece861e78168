"""Looks up the packages of Pipfile.lock in lists of known vulnerabilities, with pip-audit.

Exit status 0: every package was looked up and none is listed; 1: some are; 2: not all could be looked up.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tasks.environment import ROOT, locked_requirements

SOURCES = ("pypi", "osv")
UNREACHED = (
    "Expected to look up every locked package in a list of known vulnerabilities; {missing} of {expected} "
    "were not found in any ({sources}), so that nothing is known of them. Run this where one of these "
    "services answers."
)


def ask(source: str, requirements: Path) -> list[dict[str, Any]]:
    """Return what `source` knows of each package; empty if it was not reached.

    A mirror of PyPI without advisories answers too: then every package has a `skip_reason`.
    """
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(requirements), "--disable-pip"]
    command += ["--vulnerability-service", source, "--format", "json", "--progress-spinner", "off"]
    process = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        packages = json.loads(process.stdout)["dependencies"]
    except (ValueError, KeyError):
        return []
    return [package for package in packages if "skip_reason" not in package]


def vulnerable(packages: list[dict[str, Any]]) -> list[str]:
    """Return a line for each package that is listed: name, version, advisories, versions that mend it."""
    lines = []
    for package in packages:
        for each in package["vulns"]:
            fixed = ", ".join(each["fix_versions"]) or "no version yet"
            lines.append(f"{package['name']} {package['version']}: {each['id']}, mended in {fixed}")
    return lines


def main() -> None:
    """Look up every package at the first source that knows them all."""
    lock = json.loads((ROOT / "Pipfile.lock").read_text(encoding="utf-8"))
    text = locked_requirements(lock, ("default", "develop"))
    expected = text.count("==")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "requirements.txt"
        file.write_text(text, encoding="utf-8")
        known = max((ask(source, file) for source in SOURCES), key=len)
    for line in (listed := vulnerable(known)):
        print(line)
    if listed:
        raise SystemExit(
            "Expected no known vulnerabilities; received those above. Raise the versions: tasks/lock.sh"
        )
    if len(known) < expected:
        missing = expected - len(known)
        print(
            UNREACHED.format(missing=missing, expected=expected, sources=", ".join(SOURCES)), file=sys.stderr
        )
        raise SystemExit(2)
    print(f"{len(known)} packages looked up, none has a known vulnerability.")


if __name__ == "__main__":
    main()
