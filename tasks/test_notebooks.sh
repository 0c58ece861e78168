#!/usr/bin/env bash
# Runs every notebook top to bottom on small subsets; tasks/test.sh does so too. Usage: tasks/test_notebooks.sh [PYTEST-OPTION...]
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/_environment.sh"

use_environment dev
cd "$root"
exec python -m pytest text_recognizer/tests/test_notebooks.py "$@"
