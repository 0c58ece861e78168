#!/usr/bin/env bash
# Builds the Lambda zip twice, which must give the same bytes, and measures its cold start under AWS's runtime interface
# client on one core. Fails if a limit is exceeded. Linux only. Usage: tasks/test_lambda.sh [--starts N]
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/_environment.sh"

use_environment serve
cd "$root"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python -m api.deployment.lambda_zip --output "$scratch/1.zip"
python -m api.deployment.lambda_zip --output "$scratch/2.zip"
cmp "$scratch/1.zip" "$scratch/2.zip"
python -m api.deployment.cold_start "$scratch/1.zip" "$@"
