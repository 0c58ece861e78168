"""Events that AWS passes to the function: from REST APIs (v1), HTTP APIs (v2) and function URLs."""

import base64
from typing import Any
from urllib.parse import parse_qsl

Event = dict[str, Any]


def rest_api_event(
    method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None, query: str = ""
) -> Event:
    """Return an event of a REST API (payload format 1.0) with binary media types `*/*`."""
    pairs = parse_qsl(query, keep_blank_values=True)
    return {
        "resource": "/{proxy+}",
        "path": path,
        "httpMethod": method,
        "headers": _headers(headers),
        "multiValueHeaders": {name: [value] for name, value in _headers(headers).items()},
        "queryStringParameters": dict(pairs) or None,
        "multiValueQueryStringParameters": {
            name: [value for key, value in pairs if key == name] for name, _ in pairs
        }
        or None,
        "pathParameters": {"proxy": path.removeprefix("/")},
        "stageVariables": None,
        "requestContext": {
            "stage": "prod",
            "path": f"/prod{path}",
            "httpMethod": method,
            "protocol": "HTTP/1.1",
            "requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
            "identity": {"sourceIp": "192.0.2.1", "userAgent": "curl"},
        },
        "body": base64.b64encode(body).decode() if body else None,
        "isBase64Encoded": bool(body),
    }


def http_api_event(
    method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None, query: str = ""
) -> Event:
    """Return an event of an HTTP API (payload format 2.0)."""
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {name.lower(): value for name, value in _headers(headers).items()},
        "requestContext": {
            "apiId": "abcdefghij",
            "domainName": "abcdefghij.execute-api.eu-central-1.amazonaws.com",
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.1",
                "userAgent": "curl",
            },
            "requestId": "JKJaXmPLvHcESHA=",
            "routeKey": "$default",
            "stage": "$default",
        },
        **({"body": base64.b64encode(body).decode()} if body else {}),
        "isBase64Encoded": bool(body),
    }


def function_url_event(
    method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None, query: str = ""
) -> Event:
    """Return an event of a function URL: payload format 2.0 with a different request context."""
    event = http_api_event(method, path, body, headers, query)
    event["requestContext"] |= {
        "domainName": "abcdefghij.lambda-url.eu-central-1.on.aws",
        "accountId": "anonymous",
    }
    return event


def _headers(headers: dict[str, str] | None) -> dict[str, str]:
    return {"Host": "abcdefghij.example.org", "X-Forwarded-Proto": "https"} | (headers or {})
