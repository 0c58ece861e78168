#!/usr/bin/env bash
# Looks for known vulnerabilities in the locked packages (pip-audit) and for unsafe code (bandit).
# Exit status 2: no list of vulnerabilities was reached, or it lacks some. Usage: tasks/audit.sh
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/_environment.sh"

use_environment dev
cd "$root"
bandit --quiet --recursive --configfile pyproject.toml api evaluation tasks text_recognizer training
exec python -m tasks.audit
