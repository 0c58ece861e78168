"""Whether the network may be used: `TEXT_RECOGNIZER_OFFLINE=1` forbids it."""

import os

OFFLINE_VARIABLE = "TEXT_RECOGNIZER_OFFLINE"


def offline() -> bool:
    """Return whether the network must not be used."""
    return os.environ.get(OFFLINE_VARIABLE, "").lower() in {"1", "true", "yes", "on"}
