import importlib
import importlib.metadata

import pytest

from text_recognizer import version


def test_without_an_installed_package_the_version_is_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> str:
        raise importlib.metadata.PackageNotFoundError(name)

    known = version.__version__
    with monkeypatch.context() as patched:
        patched.setattr(importlib.metadata, "version", absent)
        assert importlib.reload(version).__version__ == "0.0.0"
    assert importlib.reload(version).__version__ == known
