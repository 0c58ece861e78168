"""The service behind the entrances of AWS; the events are those of api/deployment/events.py."""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from api.app import create_app
from api.config import ApiConfig
from api.deployment.events import function_url_event, http_api_event, rest_api_event
from api.deployment.runtime_api import RuntimeApi, RuntimeApiError
from api.lambda_handler import make_handler
from api.tests.conftest import ANSWER, FakeRecognizer
from text_recognizer.tests.repository import ROOT

MakeEvent = Callable[..., dict[str, Any]]
ENTRANCES = pytest.mark.parametrize("make", [rest_api_event, http_api_event, function_url_event])


def call(event: dict[str, Any], config: ApiConfig | None = None) -> dict[str, Any]:
    return make_handler(create_app(config or ApiConfig(), FakeRecognizer()))(event, None)


def header(answer: dict[str, Any], name: str) -> str:
    """Return a header of an answer in either format."""
    headers = answer.get("headers") or {key: value[0] for key, value in answer["multiValueHeaders"].items()}
    return str({key.lower(): value for key, value in headers.items()}[name])


@ENTRANCES
def test_binary_image(make: MakeEvent, png: bytes) -> None:
    answer = call(make("POST", "/v1/predict", png, {"Content-Type": "image/png"}))
    assert (answer["statusCode"], answer["isBase64Encoded"]) == (200, False)
    assert header(answer, "content-type") == "application/json"
    assert json.loads(answer["body"]) == ANSWER


@ENTRANCES
def test_multipart_form(make: MakeEvent, png: bytes) -> None:
    part = (
        b'--x\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\n\r\n'
        + png
        + b"\r\n--x--\r\n"
    )
    answer = call(make("POST", "/v1/predict", part, {"content-type": "multipart/form-data; boundary=x"}))
    assert answer["statusCode"] == 200


@ENTRANCES
def test_json_that_the_gateway_did_not_encode(make: MakeEvent, png: bytes) -> None:
    body = json.dumps({"image": "data:image/png;base64," + base64.b64encode(png).decode()})
    event = make("POST", "/v1/predict", b"", {"Content-Type": "application/json"})
    answer = call(event | {"body": body, "isBase64Encoded": False})
    assert answer["statusCode"] == 200


@ENTRANCES
def test_query_picks_the_format(make: MakeEvent, png: bytes) -> None:
    answer = call(make("POST", "/v1/predict", png, {"Content-Type": "image/png"}, "format=text"))
    assert header(answer, "content-type").startswith("text/plain")
    assert (answer["body"].strip(), answer["isBase64Encoded"]) == (ANSWER["pred"], False)


@ENTRANCES
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nothing", 404), ("PUT", "/v1/predict", 405), ("POST", "/v1/predict", 415)],
)
def test_errors_are_problems(make: MakeEvent, method: str, path: str, status: int) -> None:
    answer = call(make(method, path))
    assert (answer["statusCode"], json.loads(answer["body"])["status"]) == (status, status)
    assert header(answer, "content-type") == "application/problem+json"


@ENTRANCES
def test_body_beyond_the_limit(make: MakeEvent) -> None:
    event = make("POST", "/v1/predict", bytes(1001), {"Content-Type": "image/png"})
    assert call(event, ApiConfig(max_content_length=1000))["statusCode"] == 413


@ENTRANCES
def test_key_is_asked_for(make: MakeEvent, png: bytes) -> None:
    config = ApiConfig(api_key="s3cret")
    headers = {"Content-Type": "image/png"}
    assert call(make("POST", "/v1/predict", png, headers), config)["statusCode"] == 401
    headers["X-API-Key"] = "s3cret"
    assert call(make("POST", "/v1/predict", png, headers), config)["statusCode"] == 200


@ENTRANCES
def test_page_and_its_pictures(make: MakeEvent) -> None:
    page = call(make("GET", "/", headers={"Accept": "text/html"}))
    assert (page["statusCode"], page["isBase64Encoded"]) == (200, False)
    assert page["body"].lstrip().startswith("<!doctype html>")


def test_a_picture_goes_out_as_base64() -> None:
    app = create_app(ApiConfig(), FakeRecognizer())
    app.add_url_rule("/picture", view_func=lambda: (b"\x89\x00", {"Content-Type": "image/webp"}))
    answer = make_handler(app)(http_api_event("GET", "/picture"), None)
    assert (answer["isBase64Encoded"], base64.b64decode(answer["body"])) == (True, b"\x89\x00")


def start(address: str, handler: str) -> subprocess.Popen[str]:
    """Start the runtime interface client, as AWS does."""
    return subprocess.Popen(
        [sys.executable, "-m", "awslambdaric", handler],
        cwd=ROOT,
        env=os.environ | {"AWS_LAMBDA_RUNTIME_API": address, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        text=True,
    )


def test_runtime_interface_client_reads_the_sample_page() -> None:
    pytest.importorskip("awslambdaric", reason="awslambdaric has wheels for Linux only")
    page = (ROOT / "data" / "sample" / "sample_page.png").read_bytes()
    event = http_api_event("POST", "/v1/predict", page, {"Content-Type": "image/png"})
    with RuntimeApi() as api, start(api.address, "api.lambda_handler.handler") as process:
        api.wait_until_ready(60)
        answer = api.invoke(event)
        assert answer["statusCode"] == 200
        assert len(json.loads(answer["body"])["lines"]) >= 6
        assert api.invoke(http_api_event("GET", "/livez"))["statusCode"] == 200
        with pytest.raises(RuntimeApiError, match="requestContext"):
            api.invoke({"version": "2.0", "headers": {}})
        process.kill()


def test_function_that_cannot_start_says_why() -> None:
    pytest.importorskip("awslambdaric", reason="awslambdaric has wheels for Linux only")
    with RuntimeApi() as api, start(api.address, "api.nothing.handler") as process:
        with pytest.raises(RuntimeApiError, match=r"api\.nothing"):
            api.wait_until_ready(60)
        process.kill()
