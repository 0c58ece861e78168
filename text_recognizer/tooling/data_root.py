"""Where data lies: the data root (ours to write), an optional mirror (read only), and offline mode.

| environment variable | meaning |
|---|---|
| `TEXT_RECOGNIZER_DATA_ROOT` | folder for `raw/` (downloads) and `processed/` (caches, contact sheets) |
| `TEXT_RECOGNIZER_MIRROR` | ready data in the official layouts (a path or `file://` URL); only read |
| `TEXT_RECOGNIZER_OFFLINE` | `1`: no socket is opened |
"""

import os
import sys
import urllib.parse
import urllib.request
from pathlib import Path

from text_recognizer.errors import DataError
from text_recognizer.registry.offline import offline as offline

MIRROR_VARIABLE = "TEXT_RECOGNIZER_MIRROR"

_CHECKOUT = Path(__file__).resolve().parents[2]
_explicit_mirror: str | None = None


def data_root() -> Path:
    """Return the folder that holds `raw/` and `processed/`.

    The environment variable decides; without it a checkout uses its own `data/`, and an installed
    package a folder of the user, so that nothing is ever written beside installed code.
    """
    if stated := os.environ.get("TEXT_RECOGNIZER_DATA_ROOT"):
        return Path(stated).expanduser().absolute()
    if (_CHECKOUT / "pyproject.toml").is_file() and (_CHECKOUT / "data" / "raw").is_dir():
        return _CHECKOUT / "data"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "text_recognizer"
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "text_recognizer"


def processed_dir(name: str) -> Path:
    """Return the folder for caches and contact sheets of data set `name`; it need not exist yet."""
    return data_root() / "processed" / name


def raw_dir(name: str) -> Path:
    """Return the folder of the original files of data set `name`: in the mirror if it has one."""
    return mirror_dir(name) or data_root() / "raw" / name


def set_mirror(path: Path | str | None) -> None:
    """Use `path` as the mirror from now on (what `--mirror` does); None returns to the environment."""
    global _explicit_mirror
    _explicit_mirror = None if path is None else str(path)


def mirror() -> Path | None:
    """Return the folder of ready data, None if none is named.

    Raises:
        DataError: If the named folder does not exist.
    """
    stated = _explicit_mirror or os.environ.get(MIRROR_VARIABLE)
    if not stated:
        return None
    text = stated
    if text.startswith("file:"):
        text = urllib.request.url2pathname(urllib.parse.urlsplit(text).path)
    path = Path(text).expanduser().absolute()
    if not path.is_dir():
        raise DataError(
            f"Expected a folder with ready data; received {path}, which is no folder. "
            "Correct --mirror or TEXT_RECOGNIZER_MIRROR."
        )
    return path


def mirror_dir(name: str) -> Path | None:
    """Return the mirror's folder of data set `name`, None if there is none."""
    root = mirror()
    return root / name if root is not None and (root / name).is_dir() else None
