#!/usr/bin/env bash
# Scores the shipped models on validation data; fails where one is worse than evaluation/thresholds.json allows.
# Usage: tasks/run_validation_tests.sh [--data-root DIR] [--only TEXT]
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/_environment.sh"

if [[ -z ${TEXT_RECOGNIZER_MIRROR:-} && -d $root/../shared/data ]]; then
  export TEXT_RECOGNIZER_MIRROR="$root/../shared/data" # where the tests look for data, too
fi
use_environment dev
(cd "$root" && python -m training.export.restore) # models that are kept without their ONNX network
exec python "$root/evaluation/check_thresholds.py" "$@"
