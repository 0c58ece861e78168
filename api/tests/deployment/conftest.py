import shutil
from pathlib import Path

import pytest

BASH = shutil.which("bash") or "bash"


@pytest.fixture
def engine(tmp_path: Path) -> Path:
    """A `podman` that writes its arguments, one call a line, to the file `calls` beside it."""
    path = tmp_path / "podman"
    path.write_text(f'#!{BASH}\necho "$*" >> {tmp_path}/calls\n[[ $* != *missing* ]]\n', encoding="utf-8")
    path.chmod(0o755)
    return path
