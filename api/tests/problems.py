"""What many tests of the service need: the address of predictions, data URIs, problem objects."""

import base64

from werkzeug.test import TestResponse

URL = "/v1/predict"


def data_uri(data: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(data).decode()


def assert_problem(response: TestResponse, status: int, *words: str) -> None:
    assert response.status_code == status
    assert response.content_type == "application/problem+json"
    problem = response.get_json()
    assert set(problem) == {"type", "title", "status", "detail"}
    assert problem["status"] == status
    for word in words:
        assert word in problem["detail"]
