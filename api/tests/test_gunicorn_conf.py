import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from api.tests.gunicorn_service import Server, samples, starter


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    with starter(tmp_path) as start:
        yield start


def test_metrics_add_up_over_workers_and_their_successors(start: Callable[..., Server], png: bytes) -> None:
    server = start(queue_size="20")
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda _: server.predict(png), range(8))) == [200] * 8
    key = ("text_recognizer_requests_total", "/v1/predict", "200", "POST")
    assert samples(server)[key] == 8
    assert samples(server)["text_recognizer_admitted",] == 0
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children")
    if not children.exists():
        pytest.skip("the workers' process ids are read from Linux' /proc")
    before = children.read_text().split()
    os.kill(int(before[0]), signal.SIGTERM)
    while before[0] in children.read_text().split():
        time.sleep(0.05)
    assert server.predict(png) == 200
    assert samples(server)[key] == 9


def test_it_leaves_nothing_behind(start: Callable[..., Server]) -> None:
    memory = Path("/dev/shm") if os.access("/dev/shm", os.W_OK) else Path(tempfile.gettempdir())
    server = start(workers="1")
    folders = f"text_recognizer_{server.process.pid}_*"
    assert len(list(memory.glob(folders))) == 1
    server.process.terminate()
    assert server.process.wait(60) == 0
    assert list(memory.glob(folders)) == []
