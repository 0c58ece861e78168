"""Images in requests, whichever way they are sent, and requests without one."""

import io
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient
from PIL import Image

from api.app import create_app
from api.config import ApiConfig
from api.tests.conftest import ANSWER, FakeRecognizer
from api.tests.problems import URL, assert_problem, data_uri
from text_recognizer.arrays import GrayImage


def requests_with(png: bytes) -> dict[str, dict[str, Any]]:
    return {
        "json": {"json": {"image": data_uri(png)}},
        "json with charset": {
            "data": b'{"image": "%s"}' % data_uri(png).encode(),
            "content_type": "application/json; charset=utf-8",
        },
        "form": {"data": {"image": (io.BytesIO(png), "page.png")}},
        "form, other field": {"data": {"note": "x", "upload": (io.BytesIO(png), "page.png")}},
        "raw": {"data": png, "content_type": "image/png"},
        "raw, wrong format named": {"data": png, "content_type": "image/jpeg"},
        "raw, no format named": {"data": png, "content_type": "application/octet-stream"},
    }


@pytest.mark.parametrize("way", requests_with(b""))
def test_every_way_to_send_an_image(
    way: str, client: FlaskClient, recognizer: FakeRecognizer, png: bytes, picture: GrayImage
) -> None:
    response = client.post(URL, **requests_with(png)[way])
    assert response.status_code == 200
    assert response.content_type == "application/json"
    assert response.get_json() == ANSWER
    np.testing.assert_array_equal(recognizer.images[0], picture)


def test_field_image_is_preferred(
    client: FlaskClient, recognizer: FakeRecognizer, png: bytes, picture: GrayImage
) -> None:
    data = {"first": (io.BytesIO(b"other"), "a"), "image": (io.BytesIO(png), "b")}
    assert client.post(URL, data=data).status_code == 200
    np.testing.assert_array_equal(recognizer.images[0], picture)


JSON = {"content_type": "application/json"}


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        ({"data": b"", **JSON}, ["not JSON"]),
        ({"data": b"{", **JSON}, ["not JSON"]),
        ({"data": b"\xff\xfe", **JSON}, ["not JSON"]),
        ({"data": b"[" * 100_000, **JSON}, ["not JSON"]),
        ({"data": b"[]", **JSON}, ["a list"]),
        ({"data": b"null", **JSON}, ["received null"]),
        ({"json": {}}, ["the keys []"]),
        ({"json": {"images": "x"}}, ["images"]),
        ({"json": {"image": 5}}, ["image as a number"]),
        ({"json": {"image": None}}, ["image as null"]),
        ({"json": {"image": ""}}, ["data URI"]),
        ({"json": {"image": "/etc/hostname"}}, ["data URI"]),
        ({"json": {"image": "https://example.org/page.png"}}, ["data URI"]),
        ({"json": {"image": "data:image/png;base64,***"}}, ["base64"]),
        ({"json": {"image": "data:image/png;base64,"}}, ["0 bytes"]),
        ({"data": {"image": "text"}}, ["Content-Type"]),
        ({"data": {"image": "text"}, "content_type": "multipart/form-data"}, ["a file", "['image']"]),
        ({"data": {"image": (io.BytesIO(b""), "empty.png")}}, ["0 bytes"]),
        ({"data": b"", "content_type": "image/png"}, ["0 bytes"]),
    ],
)
def test_requests_without_an_image(client: FlaskClient, request_: dict[str, Any], words: list[str]) -> None:
    status = 415 if words == ["Content-Type"] else 400
    assert_problem(client.post(URL, **request_), status, *words)


@pytest.mark.parametrize("body", [b"GIF89a", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0"])
def test_damaged_images(client: FlaskClient, body: bytes) -> None:
    assert_problem(client.post(URL, data=body, content_type="image/png"), 422, "damaged")
    assert_problem(client.post(URL, json={"image": data_uri(body)}), 422, "damaged")
    assert_problem(client.post(URL, data={"image": (io.BytesIO(body), "x.png")}), 422, "damaged")


def test_truncated_image(client: FlaskClient, png: bytes) -> None:
    assert_problem(client.post(URL, data=png[:-30], content_type="image/png"), 422, "damaged")


@pytest.mark.parametrize("body", [b"<svg/>", b"%PDF-1.7", b"hello"])
def test_other_formats(client: FlaskClient, body: bytes) -> None:
    assert_problem(client.post(URL, data=body, content_type="image/svg+xml"), 415, "PNG, JPEG")


@pytest.mark.parametrize("kind", [None, "text/plain", "application/x-www-form-urlencoded", "nonsense"])
def test_other_content_types(client: FlaskClient, png: bytes, kind: str | None) -> None:
    assert_problem(client.post(URL, data=png, content_type=kind), 415, "Content-Type", "multipart/form-data")


def test_multipart_without_boundary(client: FlaskClient, png: bytes) -> None:
    assert_problem(client.post(URL, data=png, headers={"Content-Type": "multipart/form-data"}), 400)


def test_image_of_too_many_pixels(client: FlaskClient) -> None:
    bomb = io.BytesIO()
    Image.new("1", (8000, 8000)).save(bomb, "PNG")
    assert len(bomb.getvalue()) < 100_000
    assert_problem(client.post(URL, data=bomb.getvalue(), content_type="image/png"), 413, "pixels")


@pytest.mark.parametrize("kind", ["image/png", "application/json", "multipart/form-data; boundary=x"])
def test_body_beyond_the_limit(recognizer: FakeRecognizer, kind: str) -> None:
    client = create_app(ApiConfig(max_content_length=1000), recognizer).test_client()
    assert_problem(client.post(URL, data=bytes(1001), content_type=kind), 413)
    assert recognizer.images == []


def test_forms_whose_parts_have_no_name(client: FlaskClient) -> None:
    parts = ('; name="x"', "", '; name="\\"')
    body = (
        "".join(f"--b\r\nContent-Disposition: form-data{name}\r\n\r\n1\r\n" for name in parts) + "--b--\r\n"
    )
    response = client.post("/v1/predict", data=body, content_type="multipart/form-data; boundary=b")
    assert response.status_code == 400
    assert "without a file" in response.get_json()["detail"]


def test_a_data_uri_in_the_place_of_a_file_is_no_image(client: FlaskClient, png: bytes) -> None:
    uri = data_uri(png)
    form = client.post("/v1/predict", data={"image": (io.BytesIO(uri.encode()), "page.png", "image/png")})
    raw = client.post("/v1/predict", data=uri.encode(), content_type="image/png")
    for response in (form, raw):
        assert response.status_code == 415
        assert "start with b'data:image/p'" in response.get_json()["detail"]
    assert client.post("/v1/predict", json={"image": uri}).status_code == 200
