#!/usr/bin/env bash
# Trains the LSTM line network on IAM and installs the weights.
# Usage: tasks/train_lstm_line_predictor_on_iam.sh [OPTION...]     options: python training/run_experiment.py --help
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/_environment.sh"

use_environment dev
exec python "$root/training/run_experiment.py" --save "$root/training/experiments/iam_lines_lstm.json" "$@"
