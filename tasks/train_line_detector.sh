#!/usr/bin/env bash
# Trains the line detectors (fcn and unet on IAM paragraphs) and installs the weights.
# Usage: tasks/train_line_detector.sh [OPTION...]     options: python training/run_experiment.py --help
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/_environment.sh"

use_environment dev
for experiment in iam_paragraphs_fcn iam_paragraphs_unet; do
  python "$root/training/run_experiment.py" --save "$root/training/experiments/$experiment.json" "$@"
done
echo "Now, with the folder of the data sets as DIR, for the int8 model, which is the default: python training/export/quantize_detector.py \
LineDetectorModel_IamParagraphsDataset_fcn --pages hand_pages/copiste_2024 hand_pages/cremma_19_20 hand_pages/hooker_letters \
hand_pages/poilus_1914 --mirror DIR"
