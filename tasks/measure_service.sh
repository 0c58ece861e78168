#!/usr/bin/env bash
# Measures the HTTP service: load, soak, shutdown, threads, start, schema (all without an argument), on a
# machine that does nothing else. Results go to evaluation/results/service/. It fails if a goal is missed.
# Usage: tasks/measure_service.sh [NAME [OPTION...]]
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/_environment.sh"

use_environment dev
cd "$root"
if (($#)); then
  exec python -m "api.benchmarks.$1" "${@:2}"
fi
failed=()
for name in start load soak shutdown threads schema; do
  python -m "api.benchmarks.$name" || failed+=("$name")
done
if ((${#failed[@]})); then
  echo "Expected every goal to be reached; missed in: ${failed[*]}. See \"goals\" above." >&2
  exit 1
fi
