"""Parameters, formats and headers of the responses to predictions."""

import json
import re
from typing import Self

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api.app import create_app
from api.config import ApiConfig
from api.tests.conftest import ANSWER, MODELS, PNG, FakeRecognizer, make
from api.tests.problems import URL, assert_problem, data_uri
from text_recognizer.errors import ConfigError
from text_recognizer.formats import FORMATS, PICTURE_FORMATS

BATCH = URL + "/batch"
CLOCK = re.compile(
    rb"\d\d:\d\d:\d\d"
)  # PAGE says when it was written; a second may pass between two responses


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("mode=book", ["page, line, word", "'book'"]),
        ("format=docx", ["text, markdown, json", "pdf, png", "'docx'"]),
        ("formt=text", ["mode, model, ", "format", "'formt'"]),
        ("mode=line&mode=page", ["one mode", "2"]),
        ("image_url=http://example.org/", ["'image_url'"]),
        ("alternatives=0", ["1 to 10", "'0'"]),
        ("alternatives=11", ["1 to 10", "'11'"]),
        ("alternatives=two", ["1 to 10", "'two'"]),
        ("alternatives=" + "9" * 5000, ["1 to 10"]),
        ("alternatives=2&format=alto", ["alto holds no alternatives", "json and jsonl"]),
        ("alternatives=2&mode=word", ["Words have no alternatives"]),
    ],
)
def test_bad_parameters(client: FlaskClient, png: bytes, query: str, words: list[str]) -> None:
    assert_problem(client.post(f"{URL}?{query}", data=png, **PNG), 400, *words)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("mode=word", ["no model for mode=word", "/v1/models"]),
        ("model=Detector", ["Lines", "mode=page", "'Detector'"]),
        ("model=", ["Lines", "''"]),
    ],
)
def test_models_that_are_not_there(client: FlaskClient, png: bytes, query: str, words: list[str]) -> None:
    assert_problem(client.post(f"{URL}?{query}", data=png, **PNG), 404, *words)


@pytest.mark.parametrize("name", FORMATS)
def test_formats_by_parameter_and_by_header(client: FlaskClient, png: bytes, name: str) -> None:
    by_parameter = client.post(f"{URL}?format={name}", data=png, **PNG, headers={"Accept": "image/png"})
    by_header = client.post(URL, data=png, **PNG, headers={"Accept": FORMATS[name].media_type})
    assert by_parameter.status_code == by_header.status_code == 200
    assert by_parameter.mimetype == by_header.mimetype == FORMATS[name].media_type
    contents = [CLOCK.sub(b"", response.data) for response in (by_parameter, by_header)]
    assert contents[0] == contents[1]
    assert "second" in by_parameter.text


@pytest.mark.parametrize(
    "accept", ["*/*", "application/*", "text/html, */*;q=0.5", "application/json, text/plain"]
)
def test_json_is_preferred(client: FlaskClient, png: bytes, accept: str) -> None:
    assert client.post(URL, data=png, **PNG, headers={"Accept": accept}).get_json() == ANSWER


def test_no_format_fits(client: FlaskClient, png: bytes) -> None:
    assert_problem(
        client.post(URL, data=png, **PNG, headers={"Accept": "image/gif"}), 406, "application/json"
    )


@pytest.mark.parametrize("name", PICTURE_FORMATS)
@pytest.mark.parametrize("mode", ["page", "line"])
def test_formats_that_show_the_image(client: FlaskClient, png: bytes, name: str, mode: str) -> None:
    by_parameter = client.post(f"{URL}?format={name}&mode={mode}", data=png, **PNG)
    media_type = PICTURE_FORMATS[name].media_type
    by_header = client.post(f"{URL}?mode={mode}", data=png, **PNG, headers={"Accept": media_type})
    assert by_parameter.headers["Content-Type"] == by_header.headers["Content-Type"] == media_type
    assert by_parameter.data == by_header.data
    assert by_parameter.data.startswith({"pdf": b"%PDF-1.7", "png": b"\x89PNG"}[name])
    assert by_parameter.headers["X-Model"] == MODELS["line"]["name"]


def test_a_response_that_shows_the_image_is_bounded(png: bytes) -> None:
    client = make(max_content_length=len(png) * 3 // 2 + 1)
    assert_problem(client.post(f"{URL}?format=pdf", data=png, **PNG), 413, "The response has more than")
    assert client.post(f"{URL}?format=png", data=png, **PNG).status_code == 200


BOTH = {
    "X-Model": "Lines",
    "X-Model-Sha256": "a" * 64,
    "X-Detector": "Detector",
    "X-Detector-Sha256": "b" * 64,
}


def models_in(response: TestResponse) -> dict[str, str]:
    return {name: value for name, value in response.headers.items() if name in BOTH}


@pytest.mark.parametrize("name", FORMATS)
def test_answers_of_every_format_name_the_models(client: FlaskClient, png: bytes, name: str) -> None:
    assert models_in(client.post(f"{URL}?format={name}", data=png, **PNG)) == BOTH
    line = client.post(f"{URL}?mode=line&format={name}", data=png, **PNG)
    assert models_in(line) == {key: BOTH[key] for key in ("X-Model", "X-Model-Sha256")}


def test_batches_addresses_and_errors_name_the_models_too(client: FlaskClient, png: bytes) -> None:
    assert models_in(client.post(BATCH, json={"images": [data_uri(png)]})) == BOTH
    assert models_in(client.post(URL, data=b"x", **PNG)) == BOTH
    by_url = create_app(ApiConfig(image_url=True), FakeRecognizer(), lambda _: png).test_client()
    assert models_in(by_url.get(f"{URL}?image_url=https://example.org/")) == BOTH
    assert models_in(client.get("/v1/models")) == {}


def test_models_are_named_to_those_with_the_key_and_to_pages_of_allowed_origins(png: bytes) -> None:
    assert models_in(make(api_key="secret").post(URL, data=png, **PNG)) == {}
    origin = {"Origin": "https://a.example"}
    answer = make(cors_origins=frozenset({"*"})).post(URL, data=png, **PNG, headers=origin)
    assert set(BOTH) <= set(answer.headers["Access-Control-Expose-Headers"].split(", "))


def test_lines_have_as_many_alternatives_as_are_asked_for(client: FlaskClient, png: bytes) -> None:
    plain, two = (client.post(f"{URL}{query}", data=png, **PNG) for query in ("", "?alternatives=2"))
    assert [len(line["alternatives"]) for line in plain.get_json()["lines"]] == [0, 0]
    told = [{"text": "a line", "confidence": 0.4}, {"text": "a lime", "confidence": 0.3}]
    assert [line["alternatives"] for line in two.get_json()["lines"]] == [told, told]
    line = client.post(f"{URL}?mode=line&alternatives=1&format=jsonl", data=png, **PNG)
    assert json.loads(line.text)["alternatives"] == told[:1]
    batch = client.post(f"{BATCH}?alternatives=2", json={"images": [data_uri(png)]}).get_json()
    assert batch["results"][0]["lines"][0]["alternatives"] == told
    accepted = client.post(f"{URL}?alternatives=2", data=png, **PNG, headers={"Accept": "text/plain"})
    assert_problem(accepted, 400, "text holds no alternatives")


def test_a_model_without_beam_search_finds_none(png: bytes) -> None:
    class Greedy(FakeRecognizer):
        def with_alternatives(self, count: int) -> Self:
            raise ConfigError("Use the decoder beam.")

    response = make(Greedy()).post(f"{URL}?alternatives=2", data=png, **PNG)
    assert_problem(response, 400, "The model Lines finds no alternatives")
