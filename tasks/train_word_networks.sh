#!/usr/bin/env bash
# Trains the word networks beside the production one (crnn_vgg and crnn_resnet34_vd half as wide, crnn_mobilenet_v3);
# installs them.
# Usage: tasks/train_word_networks.sh [OPTION...]     options: python training/run_experiment.py --help
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/_environment.sh"

use_environment dev
train() { python "$root/training/run_experiment.py" --save "$root/training/experiments/$1.json" "${@:2}"; }

train synthetic_words_crnn_vgg_half "$@"
train synthetic_words_crnn_resnet34_vd_half "$@"
train synthetic_words_crnn_mobilenet_v3_cosine "$@"
