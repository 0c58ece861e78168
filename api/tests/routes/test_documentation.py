import re

from flask.testing import FlaskClient


def test_documentation_loads_nothing(client: FlaskClient) -> None:
    response = client.get("/docs")
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert not re.search(
        r"<script|<img|<link|src=|url\(|\bon\w+=|style=", response.text.replace("?only=", "")
    )
    assert set(re.findall(r'href="([^"]*)"', response.text)) == {"/openapi.json"}
    assert "POST /v1/predict/batch" in response.text
