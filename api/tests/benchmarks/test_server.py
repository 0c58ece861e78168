import os
import subprocess
import sys
from pathlib import Path

import pytest

from api.benchmarks.server import Server, ServerStartError, open_files, peak_mb, resident_mb, serve

linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@linux
def test_memory_and_files_of_a_process() -> None:
    before = open_files(os.getpid())
    with Path(__file__).open():
        assert open_files(os.getpid()) == before + 1
    assert 1 < resident_mb(os.getpid()) <= peak_mb(os.getpid())


@linux
def test_workers_are_the_children() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
        assert str(process.pid) in children
        server = Server(1, process, 0.0)
        assert server.workers() == []
        server.terminate()
        assert process.wait(30) == -15


def test_a_service_that_does_not_start_is_an_error_with_its_log(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ServerStartError, match="did not start"), serve(port="no number"):
        pass
    assert "TEXT_RECOGNIZER_API_PORT must be a whole number" in capfd.readouterr().err
