"""What happens to every request around its route: identity, key, origin, time, headers, log, body."""

import io
import json
import logging
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from api.logs import LOGGER, JsonFormatter
from api.tests.conftest import PNG, Stuck, make
from api.tests.problems import URL, assert_problem


@pytest.mark.parametrize(("key", "status"), [("right", 503), ("wrong", 401)])
def test_the_body_of_a_refused_request_is_taken_in(png: bytes, key: str, status: int) -> None:
    recognizer = Stuck()
    client = make(recognizer, queue_size=0, api_key="right")
    body = io.BytesIO(png + bytes(500_000))
    headers = {"X-API-Key": key, "Content-Length": str(len(body.getvalue()))}
    client.environ_base["HTTP_X_API_KEY"] = "right"
    with recognizer.hanging(client, png):
        refused = client.post(URL, input_stream=body, headers=headers, **PNG)
    assert refused.status_code == status
    assert body.read() == b"", "a connection that is closed with unread bytes is reset"


def test_request_id_is_the_clients_or_made_up(client: FlaskClient, png: bytes) -> None:
    given = client.post(URL, data=png, **PNG, headers={"X-Request-Id": "abc-1.2_3"})
    assert given.headers["X-Request-Id"] == "abc-1.2_3"
    for bad in ("", "a b", "x" * 65, "<script>"):
        made = client.get("/nothing", headers={"X-Request-Id": bad}).headers["X-Request-Id"]
        assert re.fullmatch("[0-9a-f]{32}", made)


def test_server_timing(client: FlaskClient, png: bytes) -> None:
    timing = client.post(URL, data=png, **PNG).headers["Server-Timing"]
    assert re.fullmatch(
        r"queue;dur=[\d.]+, decode;dur=[\d.]+, recognize;dur=[\d.]+, total;dur=[\d.]+", timing
    )


@pytest.mark.parametrize(
    "header", [{"X-API-Key": "k\xe9y"}, {"Authorization": "Bearer nope"}, {}, {"X-API-Key": ""}]
)
@pytest.mark.parametrize("path", ["/v1/models", "/metrics", "/v1/nothing"])
def test_without_the_key(header: dict[str, str], path: str) -> None:
    response = make(api_key="secret").get(path, headers=header)
    assert_problem(response, 401, "X-API-Key")
    assert response.headers["WWW-Authenticate"].lower().startswith("bearer")


@pytest.mark.parametrize("header", [{"X-API-Key": "secret"}, {"Authorization": "bearer secret"}])
def test_with_the_key(header: dict[str, str]) -> None:
    assert make(api_key="secret").get("/v1/models", headers=header).status_code == 200


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/openapi.json", "/docs", "/"])
def test_what_needs_no_key(path: str) -> None:
    assert make(api_key="secret").get(path).status_code == 200


def test_other_origins_are_not_let_in_unless_named(png: bytes) -> None:
    origin = {"Origin": "https://a.example"}
    assert "Access-Control-Allow-Origin" not in make().post(URL, data=png, **PNG, headers=origin).headers
    client = make(cors_origins=frozenset({"https://a.example"}), api_key="secret")
    preflight = client.options(URL, headers={**origin, "Access-Control-Request-Method": "POST"})
    assert preflight.status_code == 200
    assert preflight.headers["Access-Control-Allow-Origin"] == "https://a.example"
    assert "X-API-Key" in preflight.headers["Access-Control-Allow-Headers"]
    refused = client.post(URL, data=png, **PNG, headers=origin)
    assert (refused.status_code, refused.headers["Access-Control-Allow-Origin"]) == (401, "https://a.example")
    other = client.get("/livez", headers={"Origin": "https://b.example"})
    assert "Access-Control-Allow-Origin" not in other.headers
    assert other.headers["Vary"] == "Origin"
    anyone = make(cors_origins=frozenset({"*"})).get("/livez", headers=origin)
    assert anyone.headers["Access-Control-Allow-Origin"] == "*"


def test_log_lines_are_json(client: FlaskClient, png: bytes, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, LOGGER):
        client.post(URL, data=png, **PNG, headers={"X-Request-Id": "mine"})
    entry = json.loads(JsonFormatter().format(caplog.records[-1]))
    assert (entry["request_id"], entry["status"], entry["path"]) == ("mine", 200, URL)
    assert entry["confidence"] == pytest.approx(0.8)
    assert 0 < entry["mean_intensity"] < 255
    try:
        raise ValueError("why")
    except ValueError as error:
        caught = (type(error), error, error.__traceback__)
    record = logging.LogRecord("x", logging.ERROR, "", 0, "two\nlines", None, caught)
    text = JsonFormatter().format(record)
    assert "\n" not in text
    assert "ValueError: why" in json.loads(text)["exception"]


def test_a_client_that_stalls_is_a_408(png: bytes) -> None:
    class Stalled(io.BytesIO):
        def read(self, *_: Any) -> bytes:
            raise TimeoutError("timed out")

        def readinto(self, _: Any) -> int:
            raise TimeoutError("timed out")

    body = {"wsgi.input": Stalled(), "CONTENT_LENGTH": "100"}
    response = make().post(URL, environ_overrides=body, **PNG)
    assert_problem(response, 408, "time limit")
    assert response.headers["Connection"] == "close"


def test_answers_are_not_kept_nor_sniffed(client: FlaskClient) -> None:
    headers = client.get("/v1/models").headers
    assert (headers["Cache-Control"], headers["X-Content-Type-Options"]) == ("no-store", "nosniff")
