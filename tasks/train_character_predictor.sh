#!/usr/bin/env bash
# Trains the character network (lenet on EMNIST) and installs the weights.
# Usage: tasks/train_character_predictor.sh [OPTION...]     options: python training/run_experiment.py --help
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/_environment.sh"

use_environment dev
exec python "$root/training/run_experiment.py" --save "$root/training/experiments/character_lenet.json" "$@"
