#!/usr/bin/env bash
# Trains the character networks on EMNIST and installs the weights: mlp; lenet; character_resnet, which learns from
# lenet and from itself.
# Usage: tasks/train_character_predictor.sh [OPTION...]     options: python training/run_experiment.py --help
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/_environment.sh"

use_environment dev
for experiment in character_mlp character_lenet character_resnet; do
  python "$root/training/run_experiment.py" --save "$root/training/experiments/$experiment.json" "$@"
done
