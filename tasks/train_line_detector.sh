#!/usr/bin/env bash
# Trains the line detector (fcn on IAM paragraphs) and installs the weights.
# Usage: tasks/train_line_detector.sh [OPTION...]     options: python training/run_experiment.py --help
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/_environment.sh"

use_environment dev
exec python "$root/training/run_experiment.py" --save "$root/training/experiments/iam_paragraphs_fcn.json" "$@"
