"""Middleware: request id, access, response headers, CORS, log line and metrics."""

import re
import time
import uuid
from http.client import REQUEST_TIMEOUT

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from api.bodies.received import ReceivedBody
from api.clients.access import Access
from api.config import ApiConfig
from api.metrics import Metrics

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_DRAIN_S = 1.0  # enough for most bodies; a slow client must not hold the thread
_DRAIN_CHUNK_BYTES = 2**16  # small beside the images in memory
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
_CORS = {
    "Access-Control-Allow-Methods": "GET, POST, DELETE",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Prefer, X-API-Key, X-Request-Id",
    "Access-Control-Expose-Headers": "Location, Retry-After, Server-Timing, X-Detector, X-Detector-Sha256, "
    "X-Model, X-Model-Sha256, X-Request-Id",
    "Access-Control-Max-Age": "600",
}


def register(app: Flask, config: ApiConfig, metrics: Metrics) -> None:
    """Add the middleware to `app`.

    Raises:
        ConfigError: If the file of keys cannot be read.
    """
    access = Access(config)

    @app.before_request
    def begin() -> None:
        g.started = time.monotonic()
        given = request.headers.get("X-Request-Id", "")
        g.request_id = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        g.timing, g.fields, g.headers, g.client = {}, {}, {}, request.remote_addr
        g.client, g.charge = access.check(request)

    @app.after_request
    def finish(response: Response) -> Response:
        if response.status_code != REQUEST_TIMEOUT:  # after it, the client would only stall again
            _drain()
        seconds = time.monotonic() - g.started
        timing = {**g.timing, "total": seconds}
        response.headers["X-Request-Id"] = g.request_id
        response.headers["Server-Timing"] = ", ".join(f"{k};dur={1000 * v:.1f}" for k, v in timing.items())
        for name, value in {**_HEADERS, **g.headers}.items():
            response.headers.setdefault(name, value)
        if config.cors_origins:
            _allow_origin(response, config.cors_origins)
        route = request.url_rule.rule if request.url_rule else None
        metrics.observe_response(request.method, route, response.status_code, seconds)
        _log(app, response.status_code, timing)
        return response


def _drain() -> None:
    """Read the rest of the body of a request that was refused early.

    If a connection is closed while bytes are unread, it is reset and the client loses the response. Bodies
    above the limit are not read, slow ones not to their end.
    """
    if isinstance(request.environ["wsgi.input"], ReceivedBody):
        return  # gunicorn's worker takes in what is left, without a thread
    deadline = time.monotonic() + _DRAIN_S
    try:
        while time.monotonic() < deadline and request.stream.read(_DRAIN_CHUNK_BYTES):
            pass
    except (HTTPException, OSError):
        return


def _allow_origin(response: Response, allowed: frozenset[str]) -> None:
    response.vary.add("Origin")
    origin = request.headers.get("Origin")
    if origin is not None and ("*" in allowed or origin in allowed):
        response.headers["Access-Control-Allow-Origin"] = "*" if "*" in allowed else origin
        response.headers.update(_CORS)


def _log(app: Flask, status: int, timing: dict[str, float]) -> None:
    fields = {
        "request_id": g.request_id,
        "method": request.method,
        "path": request.path,
        "status": status,
        "client": g.client,
        **{f"{name}_ms": round(1000 * seconds, 1) for name, seconds in timing.items()},
        **g.fields,
    }
    app.logger.info(
        "%s %s %d %.1f ms", request.method, request.path, status, fields["total_ms"], extra={"fields": fields}
    )
