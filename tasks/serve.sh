#!/usr/bin/env bash
# Serves the HTTP API with gunicorn. Usage: [WORKERS=2] tasks/serve.sh [GUNICORN-OPTION...]
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/_environment.sh"

use_environment serve
exec gunicorn --no-control-socket --workers "${WORKERS:-2}" --worker-class gthread --threads 4 \
  --bind "${TEXT_RECOGNIZER_API_HOST:-127.0.0.1}:${TEXT_RECOGNIZER_API_PORT:-8000}" \
  --access-logfile - "$@" 'api.app:create_app()'
