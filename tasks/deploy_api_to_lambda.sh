#!/usr/bin/env bash
# Deploys the HTTP service to AWS Lambda; not in this version, and it says so.
set -euo pipefail

echo "Expected the description of the deployment in api/ (a container image with a handler for Lambda); this version has \
none. Its HTTP service runs on a machine of your own: start it with tasks/serve.sh. The deployment comes in a later \
version (CHANGELOG.md)." >&2
exit 1
