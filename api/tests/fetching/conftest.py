from collections.abc import Callable, Iterator

import pytest

from api.tests import fake_network
from api.tests.fake_network import PUBLIC, FakeNetwork, Handler, serving
from api.tests.fetching.hostile_urls import NAMES


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeNetwork]:
    with fake_network.installed(monkeypatch) as network:
        network.names = {name: [list(answer)] for name, answer in NAMES.items()}
        yield network


@pytest.fixture
def play(network: FakeNetwork) -> Iterator[Callable[[Handler], None]]:
    """Return what lets `handler` play the server at PUBLIC, ports 80 and 443."""
    stack = []

    def play(handler: Handler, address: str = PUBLIC) -> None:
        server = serving(handler)
        stack.append(server)
        port = server.__enter__()
        network.servers |= {(address, 80): port, (address, 443): port, (address, 8080): port}

    yield play
    for server in stack:
        server.__exit__(None, None, None)
