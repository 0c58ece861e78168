#!/usr/bin/env bash
# Reads images that this repository draws itself with the shipped models. Usage: tasks/run_prediction_tests.sh [PYTEST-OPTION...]
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/_environment.sh"

use_environment dev
cd "$root"
exec python -m pytest text_recognizer/tests/predictions text_recognizer/tests/test_shipped_models.py "$@"
