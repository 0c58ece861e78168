import re
import shutil
from pathlib import Path

import pytest

from api.deployment import stand_in_base
from api.deployment.errors import DeploymentError

BASH = shutil.which("bash") or "bash"


@pytest.fixture
def engine(tmp_path: Path) -> Path:
    """A `podman` that writes its arguments, one call a line, to the file `calls` beside it."""
    path = tmp_path / "podman"
    path.write_text(f'#!{BASH}\necho "$*" >> {tmp_path}/calls\n[[ $* != *missing* ]]\n', encoding="utf-8")
    path.chmod(0o755)
    return path


def test_base_image_is_of_debian_so_that_a_stand_in_can_be_made() -> None:
    assert re.fullmatch(r"docker\.io/library/python:3\.\d+-slim-[a-z]+", stand_in_base.base_image())


def test_base_that_is_there_is_taken(engine: Path, tmp_path: Path) -> None:
    stand_in_base.provide_base(str(engine), tmp_path)
    assert (tmp_path / "calls").read_text() == f"image inspect {stand_in_base.base_image()}\n"


def test_no_registry_and_no_mmdebstrap(engine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stand_in_base, "base_image", lambda: "missing")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DeploymentError, match="apt install mmdebstrap"):
        stand_in_base.provide_base(str(engine), tmp_path)
