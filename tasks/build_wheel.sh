#!/usr/bin/env bash
# Builds the wheel of text_recognizer and its bill of materials (CycloneDX) in dist/. Usage: tasks/build_wheel.sh
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/_environment.sh"

use_environment serve
cd "$root"
python -m pip wheel --quiet --no-deps --wheel-dir dist .
python -m api.deployment.sbom --output dist/text_recognizer.cdx.json
ls -l dist/*.whl dist/text_recognizer.cdx.json
