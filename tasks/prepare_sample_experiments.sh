#!/usr/bin/env bash
# Prints the commands of three small experiments, to be piped to `parallel -jN`; with --run -j N runs them.
# Usage: tasks/prepare_sample_experiments.sh [OPTION...]     options: python training/prepare_experiments.py --help
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/_environment.sh"

use_environment dev
exec python "$root/training/prepare_experiments.py" "$root/training/experiments/sample.json" "$@"
