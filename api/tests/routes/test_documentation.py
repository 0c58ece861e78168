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


def test_every_address_has_a_command(client: FlaskClient) -> None:
    page = client.get("/docs").text
    sections = re.findall(r"<section id=\"(?!schema-).*?</section>", page, re.DOTALL)
    assert len(sections) > 10
    for section in sections:
        (path,) = re.findall(r"<h2><code>\w+ (\S+)</code>", section)
        assert re.search(r"curl .*http://127\.0\.0\.1:8000" + re.sub(r"{\w+}", r"\\w+", path), section), path
