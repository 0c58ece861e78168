#!/usr/bin/env bash
# Builds the container image of the HTTP service, text_recognizer_api; with `lambda` the one for AWS Lambda,
# text_recognizer_api_lambda. Usage: [ENGINE=podman] tasks/build_api_docker.sh [lambda] [BUILD-OPTION...]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

engine=${ENGINE:-docker}
options=(--file api/Dockerfile --tag text_recognizer_api)
if [[ ${1:-} == lambda ]]; then
  shift
  options=(--file api/Dockerfile --tag text_recognizer_api_lambda --target lambda)
fi
if [[ $engine == *podman* ]]; then
  options+=(--format docker) # the other format has no health check
fi
# AWS Lambda takes no image with attestations beside it.
BUILDX_NO_DEFAULT_ATTESTATIONS=1 exec "$engine" build "${options[@]}" "$@" .
