"""Where the models lie that a user has made: beside the shipped ones, in a folder of the user.

The environment variable `TEXT_RECOGNIZER_MODELS_DIR` names the folder. Without it, it is
`~/.local/share/text_recognizer/models` (or below `XDG_DATA_HOME`), on macOS
`~/Library/Application Support/text_recognizer/models`: nothing is ever written beside installed code.
"""

import os
import sys
from pathlib import Path

MODELS_DIR_VARIABLE = "TEXT_RECOGNIZER_MODELS_DIR"


def own_models_dir() -> Path:
    """Return the folder of the user's own models, one folder for each; it need not exist yet."""
    if stated := os.environ.get(MODELS_DIR_VARIABLE):
        return Path(stated).expanduser().absolute()
    if sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return base / "text_recognizer" / "models"
