#!/usr/bin/env bash
# Builds both container images and tries them with the requests of the README, a read-only root file system, and AWS
# Lambda's Runtime API. Needs docker, or podman with runc; and mmdebstrap if no image registry can be reached.
# Usage: [ENGINE=podman] tasks/test_docker.sh
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/_environment.sh"

use_environment serve
cd "$root"
exec nice -n 10 python -m api.deployment.try_images
