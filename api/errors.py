"""Every error of the service as application/problem+json (RFC 9457)."""

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
    "Expected to answer; received an error of the service itself, whose reason is in its log. "
    "The request was fine: report it with the X-Request-Id."
)
_STALLED = (
    "Expected the whole request within the time limit; received a part of it. "
    "Send it again, over a faster connection or as a smaller image."
)
_ADDRESSES = "Expected one of the addresses in /openapi.json; received {path!r}. Correct it."
_METHODS = "Expected {allowed} for this address; received {method}. Use one of them."
_TOO_LARGE = (
    "Expected a body of at most {limit:,} bytes; received more. Scale the image down or save it as JPEG."
)


def register(app: Flask) -> None:
    """Let `app` answer every error with a problem object."""
    app.register_error_handler(HTTPException, _answer)
    app.register_error_handler(Exception, _answer)


def problem(status: int, detail: str) -> Json:
    """Return a problem object: type, title, status, detail."""
    return {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}


def problem_of(error: Exception) -> Json:
    """Return the problem that `error` is to the client; an error of ours is logged and tells nothing."""
    if isinstance(error, TextRecognizerError) and (error.http_status < 500 or error.http_status > 500):
        return problem(error.http_status, str(error))
    if isinstance(error, ClientDisconnected):  # or it stalls: werkzeug makes no difference
        return problem(408, _STALLED)
    if isinstance(error, HTTPException):
        return problem(error.code or 500, _detail(error))
    current_app.logger.error("The request failed.", exc_info=error)
    return problem(500, UNEXPECTED)


def _answer(error: Exception) -> Response:
    body = problem_of(error)
    answer = Response(json.dumps(body), body["status"], content_type="application/problem+json")
    if isinstance(error, HTTPException):
        # Headers such as Allow (405) and Retry-After belong to the answer.
        answer.headers.extend((name, value) for name, value in error.get_headers() if name != "Content-Type")
    if body["status"] == 408:
        answer.headers["Connection"] = "close"
    return answer


def _detail(error: HTTPException) -> str:
    if error.description != type(error).description:
        return error.description or ""
    if isinstance(error, NotFound):
        return _ADDRESSES.format(path=request.path)
    if isinstance(error, MethodNotAllowed):
        return _METHODS.format(allowed=", ".join(sorted(error.valid_methods or ())), method=request.method)
    if isinstance(error, RequestEntityTooLarge):
        return _TOO_LARGE.format(limit=current_app.config["MAX_CONTENT_LENGTH"])
    return f"Expected a request as /openapi.json describes it; received another. {error.description}"
