#!/usr/bin/env bash
# Trains the character networks on EMNIST and installs the weights: mlp; lenet and character_resnet from the labels,
# then both further, character_resnet with these two as teachers.
# Usage: tasks/train_character_predictor.sh [OPTION...]     options: python training/run_experiment.py --help
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/_environment.sh"

use_environment dev
for experiment in character_mlp character_lenet_teacher character_resnet_teacher character_resnet_stage2 character_resnet \
  character_lenet; do
  python "$root/training/run_experiment.py" --save "$root/training/experiments/$experiment.json" "$@"
done
