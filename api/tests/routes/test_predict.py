"""Predictions: by POST, by URL, failures, a full queue."""

import io
import threading
import time
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image

from api.app import create_app
from api.config import ApiConfig
from api.tests.conftest import ANSWER, MODELS, PNG, FakeRecognizer, Stuck, make
from api.tests.live import serving_app
from api.tests.problems import URL, assert_problem, data_uri
from text_recognizer import LinePrediction, PagePrediction, Region
from text_recognizer.arrays import GrayImage
from text_recognizer.budget import Budget
from text_recognizer.client import Client
from text_recognizer.errors import ArtifactError, InvalidInputError
from text_recognizer.predictions.languages import LanguageChoice
from text_recognizer.predictions.page_review import reviewed

BATCH = URL + "/batch"


def test_image_url_is_off(client: FlaskClient, recognizer: FakeRecognizer) -> None:
    assert_problem(client.get(URL, query_string={"image_url": "http://127.0.0.1/"}), 403, "switched off")
    assert_problem(client.get(URL), 403, "switched off")
    assert recognizer.images == []


def test_image_url_goes_through_the_loader_of_the_deployer(recognizer: FakeRecognizer, png: bytes) -> None:
    asked = []

    def loader(url: str) -> bytes:
        asked.append(url)
        if "private" in url:
            raise InvalidInputError("Expected a public address; received a private one. POST the image.")
        return png

    client = create_app(ApiConfig(image_url=True), recognizer, loader).test_client()
    response = client.get(URL, query_string={"image_url": "https://example.org/a?b=c&d"})
    assert response.get_json() == ANSWER
    assert asked == ["https://example.org/a?b=c&d"]
    assert_problem(client.get(URL, query_string={"image_url": "http://private/"}), 400, "public address")
    assert_problem(client.get(URL), 400, "image_url")


@pytest.mark.parametrize("error", [RuntimeError("secret"), ArtifactError("secret")])
def test_failure_of_ours_is_a_500_that_tells_nothing(error: Exception, png: bytes) -> None:
    class Broken(FakeRecognizer):
        def predict(self, image: GrayImage, budget: Budget, language: LanguageChoice = "auto") -> Any:
            raise error

    client = create_app(ApiConfig(), Broken()).test_client()
    response = client.post(URL, data=png, content_type="image/png")
    assert_problem(response, 500)
    assert b"secret" not in response.data


def test_text_is_sent_as_it_is_read(png: bytes) -> None:
    recognizer = FakeRecognizer()
    response = create_app(ApiConfig(), recognizer).test_client().post(URL, data=png, content_type="image/png")
    assert list(response.get_json()) == list(ANSWER)


def test_image_url_is_fetched_by_our_loader_if_it_is_on(recognizer: FakeRecognizer) -> None:
    client = create_app(ApiConfig(image_url=True), recognizer).test_client()
    for url, status in [("http://127.0.0.1/", 403), ("file:///etc/passwd", 400), ("s3://bucket/key", 400)]:
        assert_problem(client.get(URL, query_string={"image_url": url}), status, "POST the image")
    assert recognizer.images == []


def test_a_line_is_read_without_looking_for_lines(
    client: FlaskClient, recognizer: FakeRecognizer, png: bytes
) -> None:
    answer = client.post(URL + "?mode=line", data=png, **PNG).get_json()
    assert answer["lines"] == [LinePrediction("a line", 0.5, Region(0, 0, 30, 20)).to_dict()]
    assert (answer["pred"], answer["mode"], answer["detector"]) == ("a line", "line", None)
    assert answer["model"] == MODELS["line"]
    assert (len(recognizer.images), len(recognizer.line_predictor.images)) == (0, 1)


@pytest.mark.slow
def test_a_full_queue_and_a_turn_that_comes_too_late_are_503_with_retry_after(png: bytes) -> None:
    recognizer = Stuck()
    client = make(recognizer, request_timeout=0.3, queue_size=1)
    with recognizer.hanging(client, png):
        late = client.post(URL, data=png, **PNG)
        with client.application.app_context():
            waiting = threading.Thread(target=lambda: client.post(URL, data=png, **PNG))
            waiting.start()
            while b"text_recognizer_admitted 2" not in client.get("/metrics").data:
                time.sleep(0.01)
        full = client.post(URL, data=png, **PNG)
        full_batch = client.post(BATCH, json={"images": [data_uri(png)]})
        health = client.get("/readyz")
        waiting.join()
    assert_problem(late, 503, "time limit")
    assert_problem(full, 503, "at most 2")
    assert_problem(full_batch, 503, "at most 2")
    assert {answer.headers["Retry-After"] for answer in (late, full, full_batch)} == {"1"}
    assert health.status_code == 200


class Slow(FakeRecognizer):
    """Finds three lines, of which it reads those that the budget allows; each takes 0.3 s."""

    def predict(self, image: GrayImage, budget: Budget, language: LanguageChoice = "auto") -> PagePrediction:
        lines: list[LinePrediction] = []
        while len(lines) < 3 and budget.begin_line():
            budget.charge(0.3)
            lines.append(LinePrediction("a line", 0.9, Region(0, 0, 1, 1)))
        return reviewed(PagePrediction(tuple(lines), complete=len(lines) == 3))


def test_what_was_read_in_time_is_the_answer_which_says_so(png: bytes) -> None:
    limits = {"search_seconds": 0.5, "max_seconds": 0.5}
    answer = make(Slow(), **limits).post(URL, data=png, **PNG)
    assert answer.status_code == 200
    assert (answer.get_json()["pred"], answer.get_json()["complete"]) == ("a line\na line", False)
    (warning,) = answer.get_json()["warnings"]
    assert (warning["code"], warning["region"]) == ("incomplete", None)
    assert "first 2 lines" in warning["message"]
    refused = make(Slow(), partial=False, **limits).post(URL, data=png, **PNG)
    assert_problem(refused, 422, "too much writing")
    assert "Retry-After" not in refused.headers, "it cannot succeed later either"
    whole = make(Slow(), partial=False).post(URL, data=png, **PNG).get_json()
    assert (whole["complete"], whole["warnings"]) == (True, [])


class Detecting(FakeRecognizer):
    """Takes 0.3 s to find the lines of a page, and the time for reading one is then over."""

    def predict(self, image: GrayImage, budget: Budget, language: LanguageChoice = "auto") -> PagePrediction:
        budget.charge(0.3)
        return PagePrediction((), complete=False)


@pytest.mark.parametrize(("max_seconds", "status"), [(0.4, 422), (30.0, 503)])
def test_without_a_single_line_the_cost_tells_whether_to_come_again(
    png: bytes, max_seconds: float, status: int
) -> None:
    client = make(Detecting(), search_seconds=0.1, max_seconds=max_seconds)
    response = client.post(URL, data=png, **PNG)
    assert response.status_code == status
    assert ("Retry-After" in response.headers) == (status == 503)


@pytest.mark.slow
def test_a_job_is_not_repeated_by_the_client_because_it_was_long(png: bytes) -> None:
    called: list[int] = []

    class Long(FakeRecognizer):
        def predict(
            self, image: GrayImage, budget: Budget, language: LanguageChoice = "auto"
        ) -> PagePrediction:
            time.sleep(0.4)
            called.append(1)
            return super().predict(image, budget)

    app = create_app(ApiConfig(request_timeout=0.2), Long())
    with serving_app(app) as address:
        assert Client(address).recognize(png).page.text == ANSWER["pred"]
    assert len(called) == 1


def test_lines_of_one_kind_are_asked_for(png: bytes) -> None:
    class Both(FakeRecognizer):
        """Reads a written and a printed line."""

        def predict(
            self, image: GrayImage, budget: Budget, language: LanguageChoice = "auto"
        ) -> PagePrediction:
            lines = (
                LinePrediction("by hand", 0.9, kind="handwriting"),
                LinePrediction("Name:", 0.9, kind="print"),
            )
            return PagePrediction(lines)

    client = make(Both())
    answers = {
        only: client.post(f"{URL}{only}", data=png, **PNG).get_json()
        for only in ("", "?only=handwriting", "?only=print")
    }
    assert [answer["pred"] for answer in answers.values()] == ["by hand\nName:", "by hand", "Name:"]
    assert [line["kind"] for line in answers[""]["lines"]] == ["handwriting", "print"]
    assert [[each["code"] for each in answer["warnings"]] for answer in answers.values()] == [
        [], ["kind_left_out"], ["kind_left_out"]
    ]  # fmt: skip
    assert client.post(f"{URL}?only=print&format=text", data=png, **PNG).text == "Name:"
    batch = client.post(f"{URL}/batch?only=print", json={"images": [data_uri(png)]}).get_json()
    assert batch["results"][0]["pred"] == "Name:"
    assert_problem(client.post(f"{URL}?only=typed", data=png, **PNG), 400, "handwriting, print")


def test_a_language_is_asked_for_and_answered(png: bytes) -> None:
    class Polyglot(FakeRecognizer):
        """Reads the language that it is asked for."""

        def predict(
            self, image: GrayImage, budget: Budget, language: LanguageChoice = "auto"
        ) -> PagePrediction:
            return PagePrediction(
                (LinePrediction(language, 0.9, language="fr" if language == "fr" else None),)
            )

    client = make(Polyglot())
    asked = [client.post(f"{URL}{each}", data=png, **PNG).get_json() for each in ("", "?language=fr")]
    assert [answer["pred"] for answer in asked] == ["auto", "fr"]
    assert [answer["language"] for answer in asked] == [None, "fr"]
    assert asked[1]["lines"][0]["language"] == "fr"
    assert client.post(f"{URL}?mode=line&language=en", data=png, **PNG).get_json()["pred"] == "a line"
    assert_problem(client.post(f"{URL}?language=de", data=png, **PNG), 400, "auto, en, fr, none")
    assert_problem(
        client.post(f"{URL}?mode=word&language=en", data=png, **PNG), 400, "Words have no language"
    )


def test_further_pages_of_a_tiff_are_mentioned(client: FlaskClient) -> None:
    buffer = io.BytesIO()
    sheets = [Image.new("L", (30, 20), 200) for _ in range(3)]
    sheets[0].save(buffer, "TIFF", save_all=True, append_images=sheets[1:])
    answer = client.post(URL, data=buffer.getvalue(), content_type="image/tiff").get_json()
    assert [warning["code"] for warning in answer["warnings"]] == ["more_pages"]
    message = answer["warnings"][0]["message"]
    assert "3 pages" in message
    assert "/v1/documents" in message
