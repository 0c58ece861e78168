import io
import threading
import time
from typing import Any

import pytest
from flask.testing import FlaskClient

from api.tests.conftest import ANSWER, MODELS, PNG, FakeRecognizer, Stuck, make
from api.tests.problems import URL, assert_problem, data_uri
from text_recognizer import PagePrediction
from text_recognizer.arrays import GrayImage
from text_recognizer.budget import Budget
from text_recognizer.predictions.languages import LanguageChoice

BATCH = URL + "/batch"


def test_batch_has_a_result_or_an_error_for_each(client: FlaskClient, png: bytes) -> None:
    images = [data_uri(png), data_uri(b"hello"), "no uri", data_uri(png)]
    answer = client.post(BATCH, json={"images": images}).get_json()
    good = {key: value for key, value in ANSWER.items() if key not in ("model", "detector")}
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
        ({"images": []}, ["images as an empty list"]),
        ({"images": "x"}, ["images as a string"]),
        ({"images": ["x", 1]}, ["images with a number, a string"]),
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
    with recognizer.hanging(client, png):
        threading.Timer(0.2, recognizer.go_on.set).start()
        results = client.post(BATCH, json={"images": [data_uri(png)] * 3}).get_json()["results"]
    assert [each.get("error", {}).get("status") for each in results] == [None] * 3


@pytest.mark.slow
def test_images_of_a_batch_that_were_not_reached_are_503(png: bytes) -> None:
    class Long(FakeRecognizer):
        def predict(
            self, image: GrayImage, budget: Budget, language: LanguageChoice = "auto"
        ) -> PagePrediction:
            time.sleep(0.3)
            lines = () if budget.exhausted else super().predict(image, budget).lines
            return PagePrediction(lines, complete=bool(lines))

    results = make(Long(), request_timeout=0.5).post(BATCH, json={"images": [data_uri(png)] * 3}).get_json()
    statuses = [each.get("error", {}).get("status") for each in results["results"]]
    assert statuses == [None, 503, 503]
