import base64
from collections.abc import Callable

import pytest

from api.deployment.events import Event, function_url_event, http_api_event, rest_api_event


@pytest.mark.parametrize("make", [http_api_event, function_url_event])
def test_payload_format_2(make: Callable[..., Event]) -> None:
    event = make("POST", "/v1/predict", b"abc", {"Content-Type": "image/png"}, "mode=line&a=")
    assert (event["version"], event["rawPath"]) == ("2.0", "/v1/predict")
    assert event["rawQueryString"] == "mode=line&a="
    assert event["headers"]["content-type"] == "image/png"
    assert (base64.b64decode(event["body"]), event["isBase64Encoded"]) == (b"abc", True)


def test_payload_format_1_keeps_repeated_parameters() -> None:
    event = rest_api_event("GET", "/v1/models", query="a=1&a=2&b=")
    assert event["queryStringParameters"] == {"a": "2", "b": ""}
    assert event["multiValueQueryStringParameters"] == {"a": ["1", "2"], "b": [""]}
    assert (event["body"], event["isBase64Encoded"]) == (None, False)


def test_a_function_url_has_its_own_context() -> None:
    assert function_url_event("GET", "/")["requestContext"]["domainName"].endswith(".on.aws")
    assert "body" not in http_api_event("GET", "/")
