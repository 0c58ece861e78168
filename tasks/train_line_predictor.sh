#!/usr/bin/env bash
# Trains the production line network: in stages on IAM, rendered IAM-OnDB and synthetic lines; then on many hands. Installs both.
# Usage: tasks/train_line_predictor.sh [OPTION...]     options: python training/run_experiment.py --help
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/_environment.sh"

use_environment dev
name=LineModelCtc_ManyHands_line_conv_ctc
run=("$root/training/run_experiment.py" --save)
python "${run[@]}" "$root/training/experiments/iam_lines_conv.json" "$@"
python "${run[@]}" --name "$name" "$root/training/experiments/iam_lines_conv_more_hands.json" "$@"
echo "Now, with the folder of the data sets as DIR: python -m training.decoding.tune --mirror DIR --save --default beam \
--weights $name; for the int8 model, which is the default: python training/export/quantize.py $name, then \
training.decoding.tune again without --weights."
