#!/usr/bin/env bash
# Style, types and shell scripts; changes nothing.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/_environment.sh"

use_environment dev
cd "$root"
ruff check .
ruff format --check .
mypy --strict text_recognizer training evaluation api tasks
shellcheck --external-sources --source-path=SCRIPTDIR tasks/*.sh .ci/run
