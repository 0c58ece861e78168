import zipfile
from pathlib import Path

import pytest

from api.deployment.cold_start import check_runtime
from api.deployment.errors import DeploymentError


def test_zip_of_another_python_is_not_tried(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("RUNTIME", "python2.7\n")
    with pytest.raises(DeploymentError, match=r"received one for python2\.7"):
        check_runtime(path)
