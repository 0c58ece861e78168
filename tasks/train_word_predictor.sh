#!/usr/bin/env bash
# Trains the word network, from the production line network, on generated and real words; installs it.
# Usage: tasks/train_word_predictor.sh [OPTION...]     options: python training/run_experiment.py --help
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/_environment.sh"

use_environment dev
python "$root/training/run_experiment.py" --save "$root/training/experiments/synthetic_words_conv.json" "$@"
echo "Now, with the folder of the data sets as DIR: python training/export/quantize.py --mirror DIR \
WordModelCtc_SyntheticWordsDataset_line_conv_ctc makes the int8 model, which is the default; \
python -m training.decoding.tune_words --mirror DIR --save tunes and calibrates its search."
