"""The Runtime API with a client of the test's own; test_lambda_handler.py has that of AWS."""

import http.client
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from api.deployment.runtime_api import RuntimeApi, RuntimeApiError

pytestmark = pytest.mark.slow

INVOCATION = "/2018-06-01/runtime/invocation"


@pytest.fixture
def api() -> Iterator[RuntimeApi]:
    with RuntimeApi() as api:
        yield api


def ask(api: RuntimeApi, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    connection = http.client.HTTPConnection(api.address, timeout=30)
    connection.request(method, path, json.dumps(body))
    response = connection.getresponse()
    status, content = response.status, json.loads(response.read())
    connection.close()
    return status, content


def serve_one(api: RuntimeApi, outcome: str) -> threading.Thread:
    """Take one event in a thread, and send it back as response or error."""

    def run() -> None:
        _, event = ask(api, "GET", f"{INVOCATION}/next")
        ask(api, "POST", f"{INVOCATION}/1/{outcome}", {"got": event})

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_an_event_goes_out_and_its_response_comes_back(api: RuntimeApi) -> None:
    function = serve_one(api, "response")
    assert api.wait_until_ready(30) > 0
    assert api.invoke({"a": 1}) == {"got": {"a": 1}}
    function.join()


def test_a_function_that_fails(api: RuntimeApi) -> None:
    function = serve_one(api, "error")
    with pytest.raises(RuntimeApiError, match="'got'"):
        api.invoke({"a": 1})
    function.join()


def test_a_function_that_does_not_start_or_respond(api: RuntimeApi) -> None:
    with pytest.raises(RuntimeApiError, match=r"within 0\.01 s"):
        api.wait_until_ready(0.01)
    with pytest.raises(RuntimeApiError, match=r"within 0\.01 s"):
        api.invoke({}, timeout=0.01)
    ask(api, "POST", "/2018-06-01/runtime/init/error", {"errorType": "ImportError"})
    with pytest.raises(RuntimeApiError, match="ImportError"):
        api.wait_until_ready(30)


def test_other_addresses(api: RuntimeApi) -> None:
    assert ask(api, "GET", "/nothing")[0] == 404
