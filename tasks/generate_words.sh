#!/usr/bin/env bash
# Writes 200,000 generated word images (196,000 / 4,000, and 4,000 of words held out) with labels.tsv; an unfinished run is continued.
# Usage: tasks/generate_words.sh FOLDER [OPTION...]     options: python -m text_recognizer.datasets.words.export --help
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/_environment.sh"

use_environment dev
PYTHONPATH="$root" exec python -m text_recognizer.datasets.words.export "$@"
