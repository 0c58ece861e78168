#!/usr/bin/env bash
# Installs the development environment, lints, runs every test. Usage: tasks/test.sh [PYTEST-OPTION...]
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/_environment.sh"

use_environment dev
cd "$root"
tasks/lint.sh
python -m pytest "$@"
