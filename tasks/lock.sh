#!/usr/bin/env bash
# Renews Pipfile.lock after a change in pyproject.toml; needs pipenv. The lock names no package index, so that
# every user installs from the index of their own pip configuration, held to the same hashes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

pipenv lock
python3 - <<'EOF'
import json, pathlib
path = pathlib.Path("Pipfile.lock")
lock = json.loads(path.read_text())
lock["_meta"]["sources"] = []
for section in (lock["default"], lock["develop"]):
    for entry in section.values():
        entry.pop("index", None)
path.write_text(json.dumps(lock, indent=4) + "\n")
EOF
