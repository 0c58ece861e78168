#!/usr/bin/env bash
# Trains the line detectors (fcn and unet on IAM paragraphs) and installs the weights.
# Usage: tasks/train_line_detector.sh [OPTION...]     options: python training/run_experiment.py --help
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/_environment.sh"

use_environment dev
for experiment in iam_paragraphs_fcn iam_paragraphs_unet; do
  python "$root/training/run_experiment.py" --save "$root/training/experiments/$experiment.json" "$@"
done
