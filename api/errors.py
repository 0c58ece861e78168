"""Every error of the service as application/problem+json (RFC 9457)."""

import json
from http import HTTPStatus

from flask import Flask, Response, current_app
from werkzeug.exceptions import HTTPException

from text_recognizer.errors import TextRecognizerError


def register(app: Flask) -> None:
    """Let `app` answer every error with a problem object."""
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(TextRecognizerError, _own_error)
    app.register_error_handler(Exception, _unexpected_error)


def problem(status: int, detail: str) -> Response:
    """Return a problem object: type, title, status, detail."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    return Response(json.dumps(body), status, content_type="application/problem+json")


def _http_error(error: HTTPException) -> Response:
    answer = problem(error.code or 500, error.description or "")
    # Headers such as Allow (405) and Retry-After belong to the answer.
    answer.headers.extend((name, value) for name, value in error.get_headers() if name != "Content-Type")
    return answer


def _own_error(error: TextRecognizerError) -> Response:
    if error.http_status >= 500:
        return _unexpected_error(error)
    return problem(error.http_status, str(error))


def _unexpected_error(error: Exception) -> Response:
    current_app.logger.error("The request failed.", exc_info=error)
    return problem(500, "The request was fine, the service failed. The reason is in its log.")
