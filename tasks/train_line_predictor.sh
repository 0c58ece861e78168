#!/usr/bin/env bash
# Trains the production line network on IAM, on with rendered IAM-OnDB, on with synthetic lines; installs the weights.
# Usage: tasks/train_line_predictor.sh [OPTION...]     options: python training/run_experiment.py --help
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/_environment.sh"

use_environment dev
train() { python "$root/training/run_experiment.py" --save "$root/training/experiments/$1.json" "${@:2}"; }

for stage in 1 2 3 4; do
  train "iam_lines_conv_stage$stage" "$@"
done
train iam_lines_conv_stage5 --average "$@"
train iam_lines_conv_stage6 --average "$@"
train iam_lines_conv --average "$@"
echo "Now, with the folder of the data sets as DIR: python -m training.decoding.tune --mirror DIR --save --default beam \
--weights LineModelCtc_IamLinesDataset_line_conv_ctc; for the int8 model, which is the default: \
python training/export/quantize.py LineModelCtc_IamLinesDataset_line_conv_ctc, then training.decoding.tune again without --weights."
