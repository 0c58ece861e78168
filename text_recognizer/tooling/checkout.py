"""The commit with which a run or a score was made."""

import subprocess
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]  # the folder of the project
# Results are written while others are still measured; they do not change what is measured.
_CHANGES = ("status", "--porcelain", "--untracked-files=no", "--", ".", ":!evaluation/results")


def current_commit() -> str:
    """Return the commit of this checkout, followed by `+` if files other than results differ from it.

    Without git, or outside a checkout, it is `unknown`.
    """
    try:
        commit, changes = (_git(*command) for command in (("rev-parse", "HEAD"), _CHANGES))
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return commit + ("+" if changes else "")


def _git(*command: str) -> str:
    process = subprocess.run(["git", *command], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    return process.stdout.strip()
