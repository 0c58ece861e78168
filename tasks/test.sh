#!/usr/bin/env bash
# Installs the development environment, lints, runs the tests. Usage: tasks/test.sh [--fast] [PYTEST-OPTION...]
# --fast leaves out what needs Keras, starts processes or a browser, or is slow.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/_environment.sh"

use_environment dev
cd "$root"
export PYTHONDONTWRITEBYTECODE= # every test process would compile, and rewrite for its asserts, all modules anew
tasks/lint.sh & lint=$!
status=0
python -m pytest --numprocesses logical --maxprocesses 8 --dist loadgroup --no-loadscope-reorder "$@" || status=$?
wait "$lint"
exit "$status"
