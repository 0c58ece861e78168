"""Images of pages and corrected results by HTTP."""

import io
import json
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient
from PIL import Image

from api.app import create_app
from api.config import ApiConfig
from api.tests.conftest import FakeRecognizer
from api.tests.documents.pages import document
from api.tests.problems import assert_problem

IMAGE = "/v1/documents/image"
RENDER = "/v1/documents/render"
TIFF = {"content_type": "image/tiff"}
RESULT = {"lines": [{"text": "by hand", "confidence": 1}], "width": 30, "height": 20}


def form(result: Any = RESULT, *images: bytes) -> dict[str, Any]:
    files = [(io.BytesIO(each), "page.png") for each in images]
    return {"document": (io.BytesIO(json.dumps(result).encode()), "result.json"), "image": files}


def test_a_page_of_a_document_is_an_image(client: FlaskClient) -> None:
    response = client.post(f"{IMAGE}?page=2", data=document(30, 50), **TIFF)
    assert (response.content_type, response.headers["X-Page-Count"]) == ("image/jpeg", "2")
    image = Image.open(io.BytesIO(response.data))
    assert image.size == (50, 20)
    assert abs(float(np.asarray(image).mean()) - 200) < 3
    assert Image.open(io.BytesIO(client.post(IMAGE, data=document(30), **TIFF).data)).size == (30, 20)


@pytest.mark.parametrize("page", ["0", "-1", "x", "1" * 9, "²"])
def test_pages_have_numbers(client: FlaskClient, page: str) -> None:
    assert_problem(client.post(f"{IMAGE}?page={page}", data=document(30), **TIFF), 400, "a number from 1 on")


def test_pages_that_are_not_there(client: FlaskClient) -> None:
    assert_problem(client.post(f"{IMAGE}?page=3", data=document(30), **TIFF), 400, "has 1 pages")
    assert_problem(client.post(IMAGE, data=b"%PDF-1.7", content_type="application/pdf"), 415)
    assert_problem(client.post(f"{IMAGE}?pages=3", data=document(30), **TIFF), 400, "pages")


def test_results_are_written_as_they_are_sent(client: FlaskClient, recognizer: FakeRecognizer) -> None:
    assert client.post(f"{RENDER}?format=text", data=form()).text == "by hand"
    assert client.post(RENDER, data=form()).get_json()["lines"][0]["text"] == "by hand"
    assert recognizer.images == []


def test_a_pdf_takes_the_images_of_its_pages(client: FlaskClient, png: bytes) -> None:
    response = client.post(f"{RENDER}?format=pdf", data=form({"pages": [RESULT, RESULT]}, png, png))
    assert (response.content_type, response.data[:5]) == ("application/pdf", b"%PDF-")
    assert response.data.count(b"/Type /Page /") == 2
    assert_problem(client.post(f"{RENDER}?format=pdf", data=form(RESULT, b"nothing")), 415)


def test_what_is_no_result(client: FlaskClient) -> None:
    assert_problem(client.post(RENDER, json=RESULT), 415, "multipart/form-data")
    assert_problem(client.post(RENDER, data={"image": (io.BytesIO(b""), "x")}), 400, "received 0")
    assert_problem(client.post(f"{RENDER}?format=doc", data=form()), 400, "pdf")


def test_the_key_is_wanted() -> None:
    client = create_app(ApiConfig(api_key="secret"), FakeRecognizer()).test_client()
    assert_problem(client.post(IMAGE, data=document(30), **TIFF), 401)
    assert_problem(client.post(RENDER, data=form()), 401)
