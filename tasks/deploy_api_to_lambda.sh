#!/usr/bin/env bash
# Deploys the HTTP service to AWS Lambda as api/serverless.yml says; prints what it will do. Builds the zip if it is not
# told otherwise. Usage: tasks/deploy_api_to_lambda.sh [--dry-run] [--help] [OPTION...]
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/_environment.sh"

use_environment serve
cd "$root"
if [[ " $* " != *" --zip"* && " $* " != *" --image"* && " $* " != *" --help "* ]]; then
  python -m api.deployment.lambda_zip
fi
exec python -m api.deployment.deploy "$@"
