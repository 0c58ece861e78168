#!/usr/bin/env bash
# Builds the container image of the HTTP service, text_recognizer_api, or with `lambda` that for AWS Lambda,
# text_recognizer_api_lambda. Usage: [ENGINE=podman] [DOCKERFILE=...] tasks/build_api_docker.sh [lambda] [BUILD-OPTION...]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

engine=${ENGINE:-docker}
file=${DOCKERFILE:-api/Dockerfile}
options=(--file "$file" --tag text_recognizer_api)
if [[ ${1:-} == lambda ]]; then
  shift
  options=(--file "$file" --tag text_recognizer_api_lambda --target lambda)
fi
if [[ $engine == *podman* ]]; then
  options+=(--format docker) # podman's default format has no health check
fi
# AWS Lambda accepts no image with attestations.
BUILDX_NO_DEFAULT_ATTESTATIONS=1 exec "$engine" build "${options[@]}" "$@" .
