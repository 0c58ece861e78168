#!/usr/bin/env bash
# Sends hostile images to the service, with limits on memory and time. Linux only.
# Usage: tasks/test_hostile_images.sh [--mutations 50000] [--models]
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/_environment.sh"

use_environment dev
cd "$root"
exec python -m api.tests.hostile.run "$@"
