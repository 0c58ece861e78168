#!/usr/bin/env bash
# Prints the text of IMAGE, by default of the sample page; installs what serving needs on first use.
# Usage: tasks/recognize.sh [IMAGE [OPTION...]]     options: text-recognizer recognize --help
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/_environment.sh"

use_environment serve
if [[ $# -eq 0 ]]; then
  set -- "$root/data/sample/sample_page.png"
fi
exec text-recognizer recognize "$@"
