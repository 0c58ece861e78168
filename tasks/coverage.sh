#!/usr/bin/env bash
# Lints, runs every test, and fails if they reach less of the code, branches included, than they did. It takes about
# twice as long as tasks/test.sh. Usage: tasks/coverage.sh [PYTEST-OPTION...]
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/_environment.sh"

use_environment dev
cd "$root"
tasks/test.sh --cov --cov-report= "$@"
# A point below the shares reached, for machines without a browser or the real data sets.
coverage report --skip-covered --fail-under=96
serving='text_recognizer/*,api/*'
others='*/tests/*,text_recognizer/augmentation/*,text_recognizer/datasets/*,text_recognizer/models/*'
others+=',text_recognizer/networks/*,text_recognizer/tooling/*,api/benchmarks/*,api/deployment/*'
coverage report --include="$serving" --omit="$others" --format=total --fail-under=97
