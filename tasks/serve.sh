#!/usr/bin/env bash
# Serves the HTTP API with gunicorn; its settings are the variables TEXT_RECOGNIZER_API_* of api/config.py.
# Usage: [TEXT_RECOGNIZER_API_PORT=8000 ...] tasks/serve.sh [GUNICORN-OPTION...]
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/_environment.sh"

use_environment serve
cd "$root"
# Every thread would get a heap of its own, which grows and is not given back.
export MALLOC_ARENA_MAX="${MALLOC_ARENA_MAX:-2}"
exec gunicorn --config python:api.gunicorn_conf "$@"
