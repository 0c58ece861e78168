#!/usr/bin/env bash
# Trains the production line network in stages: on IAM, then with rendered IAM-OnDB and synthetic lines; installs it.
# Usage: tasks/train_line_predictor.sh [OPTION...]     options: python training/run_experiment.py --help
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/_environment.sh"

use_environment dev
python "$root/training/run_experiment.py" --save "$root/training/experiments/iam_lines_conv.json" "$@"
echo "Now, with the folder of the data sets as DIR: python -m training.decoding.tune --mirror DIR --save --default beam \
--weights LineModelCtc_IamLinesDataset_line_conv_ctc; for the int8 model, which is the default: \
python training/export/quantize.py LineModelCtc_IamLinesDataset_line_conv_ctc, then training.decoding.tune again without --weights."
