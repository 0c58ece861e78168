from pathlib import Path

import pytest

from api.deployment import try_images
from api.deployment.errors import DeploymentError


def test_no_engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("ENGINE", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DeploymentError, match="Expected a container engine"):
        try_images.find_engine()
