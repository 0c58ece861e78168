#!/usr/bin/env bash
# Trains the word networks beside the production one: crnn_vgg half as wide on plain words, then from there on rich
# ones; crnn_mobilenet_v3 and crnn_resnet34_vd a quarter as wide on plain words for one epoch, then on rich ones. Installs them.
# Usage: tasks/train_word_networks.sh [OPTION...]     options: python training/run_experiment.py --help
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/_environment.sh"

use_environment dev
train() { python "$root/training/run_experiment.py" --save "$root/training/experiments/$1.json" "${@:2}"; }

train plain_words_crnn_vgg_half "$@"
train synthetic_words_crnn_vgg_half --init-from WordModelCtc_SyntheticWordsDataset_crnn_vgg \
  --name WordModelCtc_SyntheticWordsDataset_crnn_vgg_rich "$@"
train synthetic_words_crnn_resnet34_vd_quarter "$@"
train synthetic_words_crnn_mobilenet_v3_cosine "$@"
echo "Now, with the folder of the data sets as DIR: python training/export/quantize.py --mirror DIR \
WordModelCtc_SyntheticWordsDataset_crnn_vgg makes the int8 model that is shipped; python -m training.decoding.tune_words \
--mirror DIR --limit 1600 --save WordModelCtc_SyntheticWordsDataset_crnn_vgg_int8 tunes and calibrates its search."
