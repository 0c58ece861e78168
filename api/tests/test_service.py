import io
import json
import logging
import re
import threading
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from werkzeug.test import TestResponse

from api.app import create_app
from api.config import ApiConfig
from api.logs import LOGGER, JsonFormatter
from api.tests.conftest import ANSWER, MODELS, FakeRecognizer
from api.tests.test_predict import URL, assert_problem, data_uri
from text_recognizer import LinePrediction, PagePrediction, Region
from text_recognizer.formats import FORMATS

BATCH = URL + "/batch"
PNG = {"content_type": "image/png"}


def make(recognizer: FakeRecognizer | None = None, **settings: Any) -> FlaskClient:
    return create_app(ApiConfig(**settings), recognizer or FakeRecognizer()).test_client()


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


class Stuck(FakeRecognizer):
    """Reads the first page and hangs at the second until told otherwise."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = threading.Event()

    def predict(self, image: npt.NDArray[np.uint8]) -> PagePrediction:
        if self.images:
            self.go_on.wait(30)
        return super().predict(image)


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


@pytest.mark.parametrize(("key", "status"), [("right", 503), ("wrong", 401)])
def test_the_body_of_a_refused_request_is_taken_in(png: bytes, key: str, status: int) -> None:
    recognizer = Stuck()
    client = make(recognizer, request_timeout=0.3, queue_size=0, api_key="right")
    assert client.post(URL, data=png, headers={"X-API-Key": "right"}, **PNG).status_code == 200
    body = io.BytesIO(png + bytes(500_000))
    try:
        client.post(URL, data=png, headers={"X-API-Key": "right"}, **PNG)  # is stuck: the queue is full
        headers = {"X-API-Key": key, "Content-Length": str(len(body.getvalue()))}
        refused = client.post(URL, input_stream=body, headers=headers, **PNG)
    finally:
        recognizer.go_on.set()
    assert refused.status_code == status
    assert body.read() == b"", "a connection that is closed with unread bytes is reset"


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


def test_request_id_is_the_clients_or_made_up(client: FlaskClient, png: bytes) -> None:
    given = client.post(URL, data=png, **PNG, headers={"X-Request-Id": "abc-1.2_3"})
    assert given.headers["X-Request-Id"] == "abc-1.2_3"
    for bad in ("", "a b", "x" * 65, "<script>"):
        made = client.get("/nothing", headers={"X-Request-Id": bad}).headers["X-Request-Id"]
        assert re.fullmatch("[0-9a-f]{32}", made)


def test_server_timing(client: FlaskClient, png: bytes) -> None:
    timing = client.post(URL, data=png, **PNG).headers["Server-Timing"]
    assert re.fullmatch(
        r"queue;dur=[\d.]+, decode;dur=[\d.]+, recognize;dur=[\d.]+, total;dur=[\d.]+", timing
    )


@pytest.mark.parametrize(
    "header", [{"X-API-Key": "k\xe9y"}, {"Authorization": "Bearer nope"}, {}, {"X-API-Key": ""}]
)
@pytest.mark.parametrize("path", ["/v1/models", "/metrics", "/v1/nothing"])
def test_without_the_key(header: dict[str, str], path: str) -> None:
    response = make(api_key="secret").get(path, headers=header)
    assert_problem(response, 401, "X-API-Key")
    assert response.headers["WWW-Authenticate"].lower().startswith("bearer")


@pytest.mark.parametrize("header", [{"X-API-Key": "secret"}, {"Authorization": "bearer secret"}])
def test_with_the_key(header: dict[str, str]) -> None:
    assert make(api_key="secret").get("/v1/models", headers=header).status_code == 200


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/openapi.json", "/docs", "/"])
def test_what_needs_no_key(path: str) -> None:
    assert make(api_key="secret").get(path).status_code == 200


def test_other_origins_are_not_let_in_unless_named(png: bytes) -> None:
    origin = {"Origin": "https://a.example"}
    assert "Access-Control-Allow-Origin" not in make().post(URL, data=png, **PNG, headers=origin).headers
    client = make(cors_origins=frozenset({"https://a.example"}), api_key="secret")
    preflight = client.options(URL, headers={**origin, "Access-Control-Request-Method": "POST"})
    assert preflight.status_code == 200
    assert preflight.headers["Access-Control-Allow-Origin"] == "https://a.example"
    assert "X-API-Key" in preflight.headers["Access-Control-Allow-Headers"]
    refused = client.post(URL, data=png, **PNG, headers=origin)
    assert (refused.status_code, refused.headers["Access-Control-Allow-Origin"]) == (401, "https://a.example")
    other = client.get("/livez", headers={"Origin": "https://b.example"})
    assert "Access-Control-Allow-Origin" not in other.headers
    assert other.headers["Vary"] == "Origin"
    anyone = make(cors_origins=frozenset({"*"})).get("/livez", headers=origin)
    assert anyone.headers["Access-Control-Allow-Origin"] == "*"


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


def test_log_lines_are_json(client: FlaskClient, png: bytes, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, LOGGER):
        client.post(URL, data=png, **PNG, headers={"X-Request-Id": "mine"})
    entry = json.loads(JsonFormatter().format(caplog.records[-1]))
    assert (entry["request_id"], entry["status"], entry["path"]) == ("mine", 200, URL)
    assert entry["confidence"] == pytest.approx(0.8)
    assert 0 < entry["mean_intensity"] < 255
    try:
        raise ValueError("why")
    except ValueError as error:
        caught = (type(error), error, error.__traceback__)
    record = logging.LogRecord("x", logging.ERROR, "", 0, "two\nlines", None, caught)
    text = JsonFormatter().format(record)
    assert "\n" not in text
    assert "ValueError: why" in json.loads(text)["exception"]


def test_a_client_that_stalls_is_a_408(png: bytes) -> None:
    class Stalled(io.BytesIO):
        def read(self, *_: Any) -> bytes:
            raise TimeoutError("timed out")

        def readinto(self, _: Any) -> int:
            raise TimeoutError("timed out")

    body = {"wsgi.input": Stalled(), "CONTENT_LENGTH": "100"}
    response = make().post(URL, environ_overrides=body, **PNG)
    assert_problem(response, 408, "time limit")
    assert response.headers["Connection"] == "close"


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


def test_answers_are_not_kept_nor_sniffed(client: FlaskClient) -> None:
    headers = client.get("/v1/models").headers
    assert (headers["Cache-Control"], headers["X-Content-Type-Options"]) == ("no-store", "nosniff")


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
