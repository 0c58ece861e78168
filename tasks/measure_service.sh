#!/usr/bin/env bash
# Measures the HTTP service with the benchmark NAME (attack, costly, load, schema, ...) or with all of them.
# The machine must do nothing else. Results go to evaluation/results/service/. Fails if a goal is missed.
# Usage: tasks/measure_service.sh [NAME [OPTION...]]
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/_environment.sh"

use_environment dev
cd "$root"
if (($#)); then
  exec python -m "api.benchmarks.$1" "${@:2}"
fi
failed=()
for name in start load attack soak shutdown threads schema costly; do
  python -m "api.benchmarks.$name" || failed+=("$name")
done
if ((${#failed[@]})); then
  echo "Goals were missed in: ${failed[*]}. See \"goals\" above." >&2
  exit 1
fi
