from pathlib import Path
from subprocess import CalledProcessError

import numpy as np
import pytest

from evaluation.rivals.tesseract_worker import read_page
from evaluation.tests.conftest import save


@pytest.mark.usefixtures("fake_tesseract")
def test_a_page_is_read_by_one_process(tmp_path: Path) -> None:
    path = save(np.full((40, 60), 255, np.uint8), tmp_path / "page.png")
    assert read_page(str(path), "3") == "the  text"


def test_a_failure_is_not_an_empty_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "tesseract"
    program.write_text("#!/bin/sh\nexit 3\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CalledProcessError):
        read_page("page.png", "3")
