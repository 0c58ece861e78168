#!/usr/bin/env bash
# Sends hostile files to the service with the shipped models; fails if limits on memory or time are exceeded.
# Linux only; hours. Usage: tasks/test_hostile_images.sh [--start 0] [--mutations 100000] [--minutes 90] [--share images] [--quick]
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/_environment.sh"

use_environment dev
cd "$root"
exec python -m api.tests.hostile.run "$@"
