"""Where tests find the real data sets, if this machine has them."""

import os
from pathlib import Path

import pytest

from text_recognizer.tests.repository import ROOT


def real_data(monkeypatch: pytest.MonkeyPatch, name: str) -> Path:
    """Point the loaders at the real copy of data set `name` and return it; skip the test without one.

    It is looked for in the folder that TEXT_RECOGNIZER_MIRROR named when the tests began, else in
    shared/data beside the repository.
    """
    mirror = Path(_STATED) if _STATED else ROOT.parent / "shared" / "data"
    if not (mirror / name).exists():
        pytest.skip(f"no {name} in {mirror}; name a folder that has it in TEXT_RECOGNIZER_MIRROR")
    monkeypatch.setenv("TEXT_RECOGNIZER_MIRROR", str(mirror))
    return mirror / name


_STATED = os.environ.get("TEXT_RECOGNIZER_MIRROR")  # before a fixture hides it
