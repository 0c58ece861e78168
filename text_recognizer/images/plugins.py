"""Which formats Pillow reads here: AVIF depends on how it was built, HEIF on a plugin."""

import contextlib
import functools
import importlib
from collections.abc import Collection

from PIL import Image, features

_HEIF_PLUGINS = ("pi_heif", "pillow_heif")  # the first only decodes, and has no code under the GPL


def pillow_formats(names: Collection[str]) -> tuple[str, ...]:
    """Return those of `names` that are formats which Pillow reads here."""
    available = _available()
    return tuple(name for name in names if name in available)


@functools.cache
def _available() -> frozenset[str]:
    """Return the formats that can be opened, after the plugins for HEIF have added theirs."""
    for name in _HEIF_PLUGINS:
        with contextlib.suppress(ImportError):
            importlib.import_module(name).register_heif_opener()
            break
    Image.init()
    missing = set() if features.check("avif") else {"AVIF"}
    return frozenset(Image.OPEN) - missing
