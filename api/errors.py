"""Every error is answered with a problem object, application/problem+json (RFC 9457)."""

import json
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, current_app, request
from werkzeug.exceptions import (
    ClientDisconnected,
    HTTPException,
    MethodNotAllowed,
    NotFound,
    RequestEntityTooLarge,
)

from text_recognizer.errors import TextRecognizerError

Json = dict[str, Any]

UNEXPECTED = (
    "The service failed for a reason that only its log contains; the request was fine. "
    "Report it with the X-Request-Id."
)
_STALLED = (
    "The request did not arrive completely within the time limit. "
    "Send it again over a faster connection, or send a smaller image."
)
_ADDRESSES = "There is no address {path!r}; /openapi.json lists those of this service."
_METHODS = "This address accepts {allowed}; received {method}."
_TOO_LARGE = (
    "The body is too large: expected at most {limit:,} bytes. Scale the image down or save it as JPEG."
)


def register(app: Flask) -> None:
    """Make `app` answer every error with a problem object."""
    app.register_error_handler(HTTPException, _respond)
    app.register_error_handler(Exception, _respond)


def problem(status: int, detail: str) -> Json:
    """Return a problem object: type, title, status, detail."""
    return {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}


def problem_of(error: Exception) -> Json:
    """Return the problem object of an error; an unexpected error is logged and not shown to the client."""
    if isinstance(error, TextRecognizerError) and error.http_status != HTTPStatus.INTERNAL_SERVER_ERROR:
        return problem(error.http_status, str(error))
    if isinstance(error, ClientDisconnected):  # werkzeug raises it for a client that stalls as well
        return problem(408, _STALLED)
    if isinstance(error, HTTPException):
        return problem(error.code or 500, _detail(error))
    current_app.logger.error("The request failed.", exc_info=error)
    return problem(500, UNEXPECTED)


def _respond(error: Exception) -> Response:
    body = problem_of(error)
    response = Response(json.dumps(body), body["status"], content_type="application/problem+json")
    if isinstance(error, HTTPException):
        # Headers such as Allow (405) and Retry-After (503) belong to the response.
        response.headers.extend(
            (name, value) for name, value in error.get_headers() if name != "Content-Type"
        )
    if body["status"] == 408:
        response.headers["Connection"] = "close"
    return response


def _detail(error: HTTPException) -> str:
    if error.description != type(error).description:
        return error.description or ""
    if isinstance(error, NotFound):
        return _ADDRESSES.format(path=request.path)
    if isinstance(error, MethodNotAllowed):
        return _METHODS.format(allowed=", ".join(sorted(error.valid_methods or ())), method=request.method)
    if isinstance(error, RequestEntityTooLarge):
        return _TOO_LARGE.format(limit=current_app.config["MAX_CONTENT_LENGTH"])
    return f"The request is not as /openapi.json describes it. {error.description}"
