#!/usr/bin/env bash
# Records the SHA-256 of data/raw/fsdl_handwriting/fsdl_handwriting.json, after a new export, in the metadata beside it.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/_environment.sh"

use_environment dev
exec python "$root/training/chores/update_metadata.py" "$root/data/raw/fsdl_handwriting/metadata.toml"
