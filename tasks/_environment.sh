#!/usr/bin/env bash
# Sourced by every task: use_environment serve|dev puts that environment (made on first use) in front of PATH.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

use_environment() {
  local fits candidate
  for fits in '(3, 11) <= version < (3, 14)' '(3, 14) <= version'; do # TensorFlow has no wheels beyond 3.13
    for candidate in python3 python3.13 python3.12 python3.11 python; do
      if "$candidate" -c "import sys; version = sys.version_info[:2]; sys.exit(not $fits)" 2>/dev/null; then
        "$candidate" "$root/tasks/environment.py" "$1"
        PATH="$root/.venv-$1/bin:$PATH"
        return
      fi
    done
  done
  echo "Python 3.11 or newer is needed; received $(python3 --version 2>/dev/null || echo none). Install it \
(Debian, Ubuntu: apt install python3 python3-venv; macOS: brew install python@3.13), then run this again." >&2
  return 1
}
