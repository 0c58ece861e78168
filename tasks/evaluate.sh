#!/usr/bin/env bash
# Scores the shipped weights and writes evaluation/results. Usage: tasks/evaluate.sh [--mirror DIR] [--limit N] ...
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/_environment.sh"

use_environment dev
for part in character_predictor word_predictor line_predictor line_detector paragraph_text_recognizer; do
  python "$root/evaluation/evaluate_$part.py" "$@"
done
