import io
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from werkzeug.test import TestResponse

from api.app import create_app
from api.config import ApiConfig
from api.tests.conftest import ANSWER, MODELS, PNG, FakeRecognizer, Stuck, make
from api.tests.routes.test_predict import URL, assert_problem, data_uri
from text_recognizer import LinePrediction, Region
from text_recognizer.formats import FORMATS

BATCH = URL + "/batch"


def test_a_line_is_read_without_looking_for_lines(
    client: FlaskClient, recognizer: FakeRecognizer, png: bytes
) -> None:
    answer = client.post(URL + "?mode=line", data=png, **PNG).get_json()
    assert answer["lines"] == [LinePrediction("a line", 0.5, Region(0, 0, 30, 20)).to_dict()]
    assert (answer["pred"], answer["mode"], answer["detector"]) == ("a line", "line", None)
    assert answer["model"] == MODELS["line"]
    assert (len(recognizer.images), len(recognizer.line_predictor.images)) == (0, 1)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("mode=word", ["page or line", "'word'"]),
        ("format=pdf", ["text, json", "'pdf'"]),
        ("formt=text", ["mode, format", "'formt'"]),
        ("mode=line&mode=page", ["one mode", "2"]),
        ("image_url=http://example.org/", ["'image_url'"]),
    ],
)
def test_bad_parameters(client: FlaskClient, png: bytes, query: str, words: list[str]) -> None:
    assert_problem(client.post(f"{URL}?{query}", data=png, **PNG), 400, *words)


@pytest.mark.parametrize("name", FORMATS)
def test_formats_by_parameter_and_by_header(client: FlaskClient, png: bytes, name: str) -> None:
    by_parameter = client.post(f"{URL}?format={name}", data=png, **PNG, headers={"Accept": "image/png"})
    by_header = client.post(URL, data=png, **PNG, headers={"Accept": FORMATS[name].media_type})
    assert by_parameter.status_code == by_header.status_code == 200
    assert by_parameter.mimetype == by_header.mimetype == FORMATS[name].media_type
    assert by_parameter.data == by_header.data
    assert "second" in by_parameter.text


@pytest.mark.parametrize(
    "accept", ["*/*", "application/*", "text/html, */*;q=0.5", "application/json, text/plain"]
)
def test_json_is_preferred(client: FlaskClient, png: bytes, accept: str) -> None:
    assert client.post(URL, data=png, **PNG, headers={"Accept": accept}).get_json() == ANSWER


def test_no_format_fits(client: FlaskClient, png: bytes) -> None:
    assert_problem(
        client.post(URL, data=png, **PNG, headers={"Accept": "image/png"}), 406, "application/json"
    )


def test_batch_has_a_result_or_an_error_for_each(client: FlaskClient, png: bytes) -> None:
    images = [data_uri(png), data_uri(b"hello"), "no uri", data_uri(png)]
    answer = client.post(BATCH, json={"images": images}).get_json()
    good = {key: ANSWER[key] for key in ("pred", "conf", "lines", "mode", "width", "height")}
    first, second, third, fourth = answer["results"]
    assert first == fourth == good
    assert (second["error"]["status"], third["error"]["status"]) == (415, 400)
    assert (answer["model"], answer["detector"], answer["mode"]) == (
        MODELS["line"],
        MODELS["paragraph"],
        "page",
    )


def test_batch_as_form_keeps_the_order(client: FlaskClient, png: bytes) -> None:
    files = [(io.BytesIO(data), "x.png") for data in (b"hello", png, png)]
    results = client.post(BATCH + "?mode=line", data={"images": files}).get_json()["results"]
    assert ["error" in each for each in results] == [True, False, False]
    assert results[1]["mode"] == "line"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, ["the keys []"]),
        ({"images": []}, ["nothing"]),
        ({"images": "x"}, ["a str as images"]),
        ({"images": ["x", 1]}, ["'int', 'str'"]),
        ([], ["a list"]),
        ({"images": ["x"] * 4}, ["at most 3", "received 4"]),
    ],
)
def test_bad_batches(body: Any, words: list[str]) -> None:
    assert_problem(make(max_batch=3).post(BATCH, json=body), 400, *words)


def test_batch_of_another_type(client: FlaskClient, png: bytes) -> None:
    assert_problem(client.post(BATCH, data=png, **PNG), 415, "multipart/form-data")


def test_batch_that_takes_too_long_answers_what_it_has(png: bytes) -> None:
    recognizer = Stuck()
    client = make(recognizer, request_timeout=0.5)
    try:
        response = client.post(BATCH, json={"images": [data_uri(png)] * 3})
    finally:
        recognizer.go_on.set()
    assert [each.get("error", {}).get("status") for each in response.get_json()["results"]] == [
        None,
        503,
        503,
    ]


def test_a_full_queue_and_a_late_answer_are_503_with_retry_after(png: bytes) -> None:
    recognizer = Stuck()
    client = make(recognizer, request_timeout=0.3, queue_size=0)
    assert client.post(URL, data=png, **PNG).status_code == 200
    try:
        late = client.post(URL, data=png, **PNG)
        full = client.post(URL, data=png, **PNG)
        full_batch = client.post(BATCH, json={"images": [data_uri(png)]})
        health = client.get("/readyz")
    finally:
        recognizer.go_on.set()
    assert_problem(late, 503, "time limit")
    assert_problem(full, 503, "at most 1")
    assert_problem(full_batch, 503, "at most 1")
    assert {answer.headers["Retry-After"] for answer in (late, full, full_batch)} == {"1"}
    assert health.status_code == 200


def test_models(client: FlaskClient) -> None:
    lines, detector = client.get("/v1/models").get_json()["models"]
    assert (lines["name"], lines["kind"], lines["vocabulary"]) == ("Lines", "line", "abc")
    assert (detector["sha256"], detector["kind"]) == ("b" * 64, "paragraph")


def metrics(client: FlaskClient) -> dict[tuple[str, ...], float]:
    families = text_string_to_metric_families(client.get("/metrics").text)
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in families
        for sample in family.samples
    }


def test_metrics(client: FlaskClient, png: bytes) -> None:
    client.post(URL, data=png, **PNG)
    client.post(URL, data=b"x", **PNG)
    client.get("/any/thing")
    found = metrics(client)
    assert found["text_recognizer_requests_total", "/v1/predict", "200", "POST"] == 1
    assert found["text_recognizer_requests_total", "/v1/predict", "415", "POST"] == 1
    assert found["text_recognizer_requests_total", "(none)", "404", "GET"] == 1
    assert found["text_recognizer_request_seconds_count", "/v1/predict"] == 2
    assert (found["text_recognizer_lines_total",], found["text_recognizer_confidence_count",]) == (2, 2)
    assert found["text_recognizer_mean_intensity_count",] == 1
    assert found["text_recognizer_admitted",] == 0
    assert found["text_recognizer_model_info", "Lines", "a" * 64] == 1


def test_files_are_not_written_to_disk(
    monkeypatch: pytest.MonkeyPatch, png: bytes, client: FlaskClient
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise OSError("read-only")

    head = b'--x\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\n\r\n'
    body = head + png + bytes(600_000) + b"\r\n--x--\r\n"
    monkeypatch.setattr("werkzeug.formparser.default_stream_factory", refuse)
    monkeypatch.setattr("tempfile.SpooledTemporaryFile", refuse)
    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    response = client.post(URL, data=body, content_type="multipart/form-data; boundary=x")
    assert response.status_code == 200


def test_documentation_loads_nothing(client: FlaskClient) -> None:
    response = client.get("/docs")
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert not re.search(r"<script|<img|<link|src=|url\(|\bon\w+=|style=", response.text)
    assert set(re.findall(r'href="([^"]*)"', response.text)) == {"/openapi.json"}
    assert "POST /v1/predict/batch" in response.text


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
