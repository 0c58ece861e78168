#!/usr/bin/env bash
# Builds the container image of the HTTP service; not in this version, and it says so.
set -euo pipefail

echo "Expected api/Dockerfile to build an image from; this version has none. Its HTTP service runs without a container: \
start it with tasks/serve.sh on any machine with Python. The image comes in a later version (CHANGELOG.md)." >&2
exit 1
