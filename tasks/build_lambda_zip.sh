#!/usr/bin/env bash
# Builds the zip of the service for AWS Lambda, by default dist/text_recognizer_api_lambda.zip, reproducibly. Usage: tasks/build_lambda_zip.sh [--output FILE]
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/_environment.sh"

use_environment serve
cd "$root"
exec python -m api.deployment.lambda_zip "$@"
