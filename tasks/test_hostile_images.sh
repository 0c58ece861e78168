#!/usr/bin/env bash
# Sends hostile images to the service and fails if limits on memory or time are exceeded. Linux only.
# Usage: tasks/test_hostile_images.sh [--mutations 50000] [--models]
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/_environment.sh"

use_environment dev
cd "$root"
exec python -m api.tests.hostile.run "$@"
