#!/usr/bin/env bash
# Trains the convolutional per-position line network on EMNIST-Lines and installs the weights.
# Usage: tasks/train_cnn_line_predictor.sh [OPTION...]     options: python training/run_experiment.py --help
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/_environment.sh"

use_environment dev
exec python "$root/training/run_experiment.py" --save "$root/training/experiments/emnist_lines_cnn.json" "$@"
