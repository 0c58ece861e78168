#!/usr/bin/env bash
# Trains the line networks beside the production one (line_conv_ctc small and large, crnn_resnet_bilstm,
# crnn_vgg); installs them.
# Usage: tasks/train_line_networks.sh [OPTION...]     options: python training/run_experiment.py --help
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/_environment.sh"

use_environment dev
train() { python "$root/training/run_experiment.py" --save "$root/training/experiments/$1.json" "${@:2}"; }

train iam_online_lines_conv_small "$@"
train iam_lines_conv_small --name LineModelCtc_IamLinesDataset_line_conv_ctc_small "$@"
train iam_lines_conv_large --name LineModelCtc_IamLinesDataset_line_conv_ctc_large "$@"
train iam_lines_crnn_resnet "$@"
train iam_lines_crnn_vgg "$@"
