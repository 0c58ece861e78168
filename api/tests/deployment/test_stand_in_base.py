import re
from pathlib import Path

import pytest

from api.deployment import stand_in_base
from api.deployment.errors import DeploymentError


def test_base_image_is_of_debian_so_that_a_stand_in_can_be_made() -> None:
    tag, _, digest = stand_in_base.base_image().partition("@sha256:")
    assert re.fullmatch(r"docker\.io/library/python:3\.\d+-slim-[a-z]+", tag)
    assert re.fullmatch(r"[0-9a-f]{64}", digest)


def test_base_that_is_there_is_taken(engine: Path, tmp_path: Path) -> None:
    assert stand_in_base.provide_base(str(engine), tmp_path) == stand_in_base.DOCKERFILE
    assert (tmp_path / "calls").read_text() == f"image inspect {stand_in_base.base_image()}\n"


def test_no_registry_and_no_mmdebstrap(engine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stand_in_base, "base_image", lambda: "missing")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DeploymentError, match="apt install mmdebstrap"):
        stand_in_base.provide_base(str(engine), tmp_path)
