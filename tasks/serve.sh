#!/usr/bin/env bash
# Serves the HTTP API; PORT (default 8000), WORKERS (default 2). Usage: tasks/serve.sh [GUNICORN-OPTION...]
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/_environment.sh"

use_environment serve
exec gunicorn --no-control-socket --bind "${HOST:-127.0.0.1}:${PORT:-8000}" \
  --workers "${WORKERS:-2}" --worker-class gthread --threads 4 --access-logfile - "$@" 'api.app:create_app()'
