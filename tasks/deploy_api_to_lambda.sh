#!/usr/bin/env bash
# Deploys the HTTP service to AWS Lambda as described in api/serverless.yml, and prints the steps. Builds the zip first,
# unless --zip or --image names the code. Usage: tasks/deploy_api_to_lambda.sh [--dry-run] [--help] [OPTION...]
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/_environment.sh"

use_environment serve
cd "$root"
if [[ " $* " != *" --zip"* && " $* " != *" --image"* && " $* " != *" --help "* ]]; then
  python -m api.deployment.lambda_zip
fi
exec python -m api.deployment.deploy "$@"
