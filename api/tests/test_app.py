import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

import api.app
from api.tests.problems import URL


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_health(client: FlaskClient, path: str) -> None:
    assert client.get(path).get_json() == {"status": "ok"}


@pytest.mark.parametrize("path", ["/nothing", "/v1", "/v1/predict/", "/static/x", "/%00"])
def test_unknown_addresses_are_problems(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert (response.status_code, response.content_type) == (404, "application/problem+json")


@pytest.mark.parametrize(
    ("method", "path"), [("PUT", "/v1/predict"), ("DELETE", "/v1/predict"), ("POST", "/livez")]
)
def test_unknown_methods_are_problems_and_name_the_allowed(
    client: FlaskClient, method: str, path: str
) -> None:
    response = client.open(path, method=method)
    assert (response.status_code, response.content_type) == (405, "application/problem+json")
    assert "GET" in response.headers["Allow"]


_SERVE = """
import sys
from unittest import mock
from api.tests.conftest import FakeRecognizer
with mock.patch("api.recognition.load_recognizer", FakeRecognizer):
    import runpy
    runpy.run_path(sys.argv[1], run_name="__main__")
"""


def test_the_file_itself_serves(png: bytes) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    path = Path(api.app.__file__)
    environment = os.environ | {
        "TEXT_RECOGNIZER_API_PORT": str(port),
        "PYTHONPATH": os.pathsep.join([str(path.parents[1]), *filter(None, sys.path)]),
    }
    command = [sys.executable, "-c", _SERVE, str(path)]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE) as server:
        try:
            _wait_for(port, server)
            request = urllib.request.Request(
                f"http://127.0.0.1:{port}/v1/predict", png, {"Content-Type": "image/png"}
            )
            with urllib.request.urlopen(request, timeout=30) as response:
                assert response.status == 200
                assert b"first line" in response.read()
        finally:
            server.terminate()


def _wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(300):
        assert server.poll() is None, server.stderr and server.stderr.read()
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("the server did not listen within 30 s")


def test_files_are_not_written_to_disk(
    monkeypatch: pytest.MonkeyPatch, png: bytes, client: FlaskClient
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise OSError("read-only")

    head = b'--x\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\n\r\n'
    body = head + png + bytes(600_000) + b"\r\n--x--\r\n"
    monkeypatch.setattr("werkzeug.formparser.default_stream_factory", refuse)
    monkeypatch.setattr("tempfile.SpooledTemporaryFile", refuse)
    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    response = client.post(URL, data=body, content_type="multipart/form-data; boundary=x")
    assert response.status_code == 200
