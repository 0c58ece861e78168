#!/usr/bin/env bash
# Runs the tests of the HTTP service. Usage: tasks/test_api.sh [PYTEST-OPTION...]
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/_environment.sh"

use_environment dev
cd "$root"
exec python -m pytest api "$@"
