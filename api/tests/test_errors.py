import logging
from http import HTTPStatus

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import BadRequest, ServiceUnavailable, UnsupportedMediaType

from api import errors
from api.logs import LOGGER
from api.tests.problems import assert_problem
from text_recognizer.errors import ArtifactError, ConfigError, InvalidInputError, RemoteTimeoutError


def client_of(error: Exception) -> FlaskClient:
    """Return a client of an application that fails with `error`."""
    app = Flask(LOGGER)
    app.config["MAX_CONTENT_LENGTH"] = 1000
    errors.register(app)

    def fail() -> str:
        raise error

    app.add_url_rule("/", view_func=fail)
    return app.test_client()


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (InvalidInputError("why"), 400),
        (UnsupportedMediaType("why"), 415),
        (ServiceUnavailable("why"), 503),
        (RemoteTimeoutError("why"), 504),
    ],
)
def test_errors_of_the_client_are_explained(error: Exception, status: int) -> None:
    response = client_of(error).get("/")
    assert_problem(response, status, "why")
    assert response.get_json()["title"] == HTTPStatus(status).phrase


@pytest.mark.parametrize("kind", [ZeroDivisionError, ArtifactError, ConfigError])
def test_errors_of_the_service_are_logged_and_not_shown(
    kind: type[Exception], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, LOGGER):
        response = client_of(kind("secret")).get("/")
    assert_problem(response, 500, "X-Request-Id")
    assert b"secret" not in response.data
    assert "secret" in caplog.text


def test_headers_of_the_error_are_kept() -> None:
    response = client_of(ServiceUnavailable("busy", retry_after=7)).get("/")
    assert response.headers["Retry-After"] == "7"
    assert response.headers.getlist("Content-Type") == ["application/problem+json"]


def test_details_without_a_description_of_ours() -> None:
    client = client_of(BadRequest())
    assert_problem(client.get("/nothing"), 404, "'/nothing'", "/openapi.json")
    assert_problem(client.post("/"), 405, "GET", "POST")
    assert_problem(client.get("/"), 400, "/openapi.json")
