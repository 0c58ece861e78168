#!/usr/bin/env bash
# Serves the HTTP API with gunicorn, configured by the variables TEXT_RECOGNIZER_API_* (see api/README.md).
# Usage: [TEXT_RECOGNIZER_API_PORT=8000 ...] tasks/serve.sh [GUNICORN-OPTION...]
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/_environment.sh"

use_environment serve
cd "$root"
# Otherwise every thread gets its own heap, which grows and is never given back.
export MALLOC_ARENA_MAX="${MALLOC_ARENA_MAX:-2}"
exec gunicorn --config python:api.gunicorn_conf "$@"
