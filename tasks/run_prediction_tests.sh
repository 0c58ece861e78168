#!/usr/bin/env bash
# Reads images that this repository draws itself with the shipped models. Usage: tasks/run_prediction_tests.sh [PYTEST-OPTION...]
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/_environment.sh"

use_environment dev
cd "$root"
tests=text_recognizer/tests
exec python -m pytest "$tests"/test_{character_predictor,line_predictor,paragraph_text_recognizer,shipped_models}.py "$@"
