"""The client against the service itself, and against servers that are none."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask import Flask, Response, request

from api.app import create_app
from api.config import ApiConfig
from api.models import Models
from api.tests.conftest import FakeRecognizer, FakeWords
from api.tests.live import serving_app
from text_recognizer import LinePrediction, PagePrediction, Region
from text_recognizer.client import Answer, Client, ServiceError
from text_recognizer.errors import ConfigError, InvalidInputError, RemoteError

pytestmark = pytest.mark.slow

LINES = (
    LinePrediction("first line", 0.8, Region(1, 2, 30, 10)),
    LinePrediction("second", 0.8, Region(1, 12, 20, 19)),
)
ANSWER = Answer(PagePrediction(LINES, 30, 20), "Lines", "a" * 64)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    loader = {"https://example.org/a b?c&d": b"no image"}.__getitem__
    models = Models((FakeRecognizer(),), (FakeWords("Words"), FakeWords("Others", "other")))
    app = create_app(ApiConfig(image_url=True, api_key="secret"), None, loader, models)
    with serving_app(app) as address:
        yield address


@pytest.fixture
def client(address: str) -> Client:
    return Client(address + "/", api_key="secret")


def test_bytes_and_files(client: Client, png: bytes, tmp_path: Path) -> None:
    path = tmp_path / "page.png"
    path.write_bytes(png)
    assert client.recognize(png) == client.recognize(path) == client.recognize(str(path)) == ANSWER


def test_line(client: Client, png: bytes) -> None:
    answer = client.recognize(png, mode="line")
    (warning,) = answer.page.warnings
    assert warning.code == "low_confidence"
    line = LinePrediction("a line", 0.5, Region(0, 0, 30, 20))
    assert replace(answer.page, warnings=()) == PagePrediction((line,), 30, 20)


def test_words_and_their_model(client: Client, png: bytes) -> None:
    answer = client.recognize(png, mode="word")
    assert (answer.page.text, answer.model) == ("exit", "Words")
    answer = client.recognize(png, mode="word", model="Others")
    assert (answer.page.text, answer.model) == ("other", "Others")
    assert client.recognize_as(png, "text", mode="word", model="Others") == "other"
    (batch,) = client.recognize_batch([png], mode="word", model="Others")
    assert batch == answer
    with pytest.raises(ServiceError, match="one of Words, Others") as caught:
        client.recognize(png, mode="word", model="Lines")
    assert caught.value.status == 404


def test_formats(client: Client, png: bytes) -> None:
    assert client.recognize_as(png, "text") == "first line\nsecond"
    assert json.loads(client.recognize_as(png, "json"))["pred"] == "first line\nsecond"
    for format_ in ("hocr", "alto"):
        assert ElementTree.fromstring(client.recognize_as(png, format_).encode()).tag.startswith("{http://")
    with pytest.raises(ServiceError, match="docx") as caught:
        client.recognize_as(png, "docx")
    assert caught.value.status == 400


def test_documents(client: Client, png: bytes) -> None:
    answer = client.recognize_document(png)
    assert (answer.count, answer.document.pages, answer.model) == (1, (ANSWER.page,), "Lines")
    assert client.recognize_document_as(png, "pdf").startswith(b"%PDF")
    assert client.recognize_document_as(png, "text", pages="1") == b"first line\nsecond"
    with pytest.raises(ServiceError, match="switched off") as caught:
        client.recognize_document(png, later=True)
    assert caught.value.status == 501


def test_batch(client: Client, png: bytes, tmp_path: Path) -> None:
    path = tmp_path / "page.png"
    path.write_bytes(png)
    first, second, third = client.recognize_batch([png, b"no image", path])
    assert first == third == ANSWER
    assert isinstance(second, ServiceError)
    assert second.status == 415
    assert client.recognize_batch([]) == []


def test_large_batches_go_in_several_requests(client: Client, png: bytes) -> None:
    assert client.recognize_batch([png] * 35) == [ANSWER] * 35
    large = png + bytes(3 * 2**20)  # what stands behind a PNG does not matter
    assert client.recognize_batch([large] * 4) == [ANSWER] * 4


def test_url(client: Client) -> None:
    with pytest.raises(ServiceError, match="no image"):
        client.recognize("https://example.org/a b?c&d")


def test_errors_tell_what_the_service_said(client: Client, address: str, png: bytes) -> None:
    with pytest.raises(ServiceError, match="PNG, JPEG") as caught:
        client.recognize(b"no image")
    assert caught.value.status == 415
    assert len(caught.value.request_id) == 32
    with pytest.raises(ServiceError, match="key") as caught:
        Client(address).recognize(png)
    assert caught.value.status == 401


def test_missing_file(client: Client, tmp_path: Path) -> None:
    for missing in (tmp_path / "no.png", str(tmp_path), "a\0b"):
        with pytest.raises(InvalidInputError, match="readable image file"):
            client.recognize(missing)


@pytest.mark.parametrize("url", ["", "127.0.0.1:8000", "file:///etc/passwd"])
def test_bad_address_of_the_service(url: str) -> None:
    with pytest.raises(ConfigError, match="http://"):
        Client(url)


class BusyService:
    """Answers 503 as often as told, then an answer."""

    def __init__(self, times: int, *headers: str) -> None:
        self.app = Flask("busy")
        self.requests = 0
        self.sizes: list[int] = []

        @self.app.post("/v1/predict")
        def predict() -> Response:
            self.requests += 1
            self.sizes.append(len(request.get_data()))
            if self.requests > times:
                return Response(json.dumps({"lines": [], "model": {"name": "m", "sha256": "s"}}))
            after = {"Retry-After": headers[self.requests - 1]} if headers else {}
            return Response('{"detail": "busy"}', 503, after)


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    return waits


def test_busy_service_is_asked_again_when_it_says(waits: list[float]) -> None:
    busy = BusyService(3, "0", "7", "99999")
    with serving_app(busy.app) as address:
        assert Client(address).recognize(b"12345") == Answer(PagePrediction(()), "m", "s")
    assert waits == [0, 7, 30]
    assert busy.sizes == [5] * 4


def test_busy_service_that_does_not_say_when(waits: list[float]) -> None:
    busy = BusyService(9, *["Fri, 31 Dec 1999 23:59:59 GMT"] * 9)
    with serving_app(busy.app) as address, pytest.raises(ServiceError, match="busy") as caught:
        Client(address).recognize(b"12345")
    assert caught.value.status == 503
    assert waits == [1, 2, 4]


def test_retries_can_be_switched_off(waits: list[float]) -> None:
    busy = BusyService(1)
    with serving_app(busy.app) as address, pytest.raises(ServiceError):
        Client(address, retries=0).recognize(b"12345")
    assert (waits, busy.requests) == ([], 1)


@pytest.mark.parametrize(
    "body",
    ["", "hello", "null", "[]", "{}", '{"lines": [{}], "model": {}}', '{"lines": 5}', '{"results": [5]}'],
)
def test_answers_of_another_server(body: str) -> None:
    app = Flask("other")
    app.add_url_rule("/v1/predict", "a", lambda: Response(body), methods=["POST"])
    app.add_url_rule("/v1/predict/batch", "b", lambda: Response(body), methods=["POST"])
    with serving_app(app) as address:
        with pytest.raises(RemoteError, match="Check the address"):
            Client(address).recognize(b"x")
        with pytest.raises(RemoteError, match="Check the address"):
            Client(address).recognize_batch([b"x"])


def test_error_that_is_no_problem_object() -> None:
    with serving_app(Flask("empty")) as address, pytest.raises(ServiceError, match="404") as caught:
        Client(address).recognize(b"x")
    assert (caught.value.status, caught.value.request_id) == (404, "")


def test_redirects_are_not_followed() -> None:
    app = Flask("elsewhere")
    location = {"Location": "/other"}
    app.add_url_rule("/v1/predict", "a", lambda: Response(status=307, headers=location), methods=["POST"])
    app.add_url_rule("/other", "b", lambda: pytest.fail("followed"), methods=["GET", "POST"])
    with serving_app(app) as address, pytest.raises(ServiceError, match="307"):
        Client(address, api_key="secret").recognize(b"x")


def test_nobody_there() -> None:
    with serving_app(Flask("gone")) as address:
        pass
    with pytest.raises(RemoteError, match="can be reached"):
        Client(address, timeout=5).recognize(b"x")
