import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from api.tests.gunicorn_service import Server, samples, starter


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    with starter(tmp_path) as start:
        yield start


def test_sigterm_answers_what_was_accepted(start: Callable[..., Server], png: bytes) -> None:
    server = start(queue_size="20")
    statuses: list[int] = []
    threads = [threading.Thread(target=lambda: statuses.append(server.predict(png))) for _ in range(8)]
    for thread in threads:
        thread.start()
    while not samples(server)["text_recognizer_admitted",] >= 4:
        time.sleep(0.01)
    server.process.terminate()
    for thread in threads:
        thread.join(60)
    assert statuses == [200] * 8
    assert server.process.wait(60) == 0
