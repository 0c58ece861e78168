#!/usr/bin/env bash
# Runs the container image of the HTTP service on port 8000, read-only and unprivileged. Builds it first if it does not
# exist. Usage: [ENGINE=podman] [TEXT_RECOGNIZER_API_...=...] tasks/run_api_docker.sh [RUN-OPTION...]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

engine=${ENGINE:-docker}
"$engine" image inspect text_recognizer_api > /dev/null 2>&1 || tasks/build_api_docker.sh
options=(--publish 8000:8000 --name api --rm --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges)
if [[ -t 0 ]]; then
  options+=(-it)
fi
for name in $(compgen -e TEXT_RECOGNIZER_API_ || true); do # the configuration of the service
  options+=(--env "$name")
done
exec "$engine" run "${options[@]}" "$@" text_recognizer_api
