"""Which model reads, and what a request can choose."""

from pathlib import Path

import numpy as np
import pytest
from flask.testing import FlaskClient

from api.app import create_app
from api.config import ApiConfig
from api.models import Models, load_models
from api.tests.conftest import LINES, PNG, FakeRecognizer, FakeWords
from api.tests.problems import URL, assert_problem, data_uri
from text_recognizer.budget import Budget
from text_recognizer.errors import ArtifactError, ConfigError, UnknownModelError
from text_recognizer.inference import artifacts
from text_recognizer.line_detector import DEFAULT_DETECTOR_MODEL
from text_recognizer.line_predictor import DEFAULT_LINE_MODEL
from text_recognizer.tests import tiny_models
from text_recognizer.tests.tiny_models import draw_bars, draw_page
from text_recognizer.word_predictor import DEFAULT_WORD_MODEL

IMAGE = np.zeros((20, 30), np.uint8)


@pytest.fixture
def models() -> Models:
    return Models((FakeRecognizer(),), (FakeWords("Words"), FakeWords("Others", "other")))


@pytest.fixture
def client(models: Models) -> FlaskClient:
    return create_app(ApiConfig(), models=models).test_client()


@pytest.fixture
def weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with tiny models under the names of the default line model and the detector, and others."""
    for default, name in [
        (DEFAULT_LINE_MODEL, tiny_models.write_line_artifact(tmp_path, [0.4], "b")),
        (DEFAULT_DETECTOR_MODEL, tiny_models.write_detector_artifact(tmp_path)),
    ]:
        (tmp_path / name).rename(tmp_path / default)
    tiny_models.write_line_artifact(tmp_path, [0.4], "x")
    tiny_models.write_word_artifact(tmp_path)
    tiny_models.write_character_artifact(tmp_path)
    monkeypatch.setattr(artifacts, "WEIGHTS_DIR", tmp_path)
    return tmp_path


def test_the_first_model_of_a_kind_reads_unless_another_is_named(models: Models) -> None:
    assert models.reader("word").model.name == models.reader("word", "Words").model.name == "Words"
    reader = models.reader("word", "Others")
    assert (reader.mode, reader.model.name, reader.detector) == ("word", "Others", None)
    assert reader.predict(IMAGE, Budget()).text == "other"
    page = models.reader("page", "Lines")
    assert page.detector is not None
    assert (page.model.name, page.detector.name, page.predict(IMAGE, Budget()).lines) == (
        "Lines",
        "Detector",
        LINES,
    )
    assert models.reader("line").model.name == "Lines"
    assert [artifact.name for artifact in models.artifacts] == ["Lines", "Detector", "Words", "Others"]


def test_what_cannot_be_read_with_is_refused_with_what_can(models: Models) -> None:
    with pytest.raises(UnknownModelError, match="one of Words, Others for mode=word; received 'Lines'"):
        models.reader("word", "Lines")
    with pytest.raises(UnknownModelError, match="one of Lines for mode=line; received 'Words'"):
        models.reader("line", "Words")
    with pytest.raises(UnknownModelError, match="no model for mode=word"):
        Models(models.recognizers).reader("word")


def test_default_models_and_others_are_loaded(weights: Path) -> None:
    models = load_models(["tiny_word", "tiny_line", DEFAULT_LINE_MODEL, "tiny_line"], threads=1)
    names = [DEFAULT_LINE_MODEL, "tiny_line", DEFAULT_DETECTOR_MODEL, "tiny_word"]
    assert [artifact.name for artifact in models.artifacts] == names
    assert models.reader("page").predict(draw_page([2]), Budget()).text == "bb"
    assert models.reader("page", "tiny_line").predict(draw_page([2]), Budget()).text == "xx"
    assert models.reader("word").predict(draw_bars("abba"), Budget()).text == "abba"


def test_the_default_word_model_is_loaded_if_it_is_installed(weights: Path) -> None:
    assert load_models([], threads=1).words == ()
    (weights / "tiny_word").rename(weights / DEFAULT_WORD_MODEL)
    (word,) = load_models([], threads=1).words
    assert word.artifact.name == DEFAULT_WORD_MODEL


def test_models_that_read_neither_lines_nor_words_or_do_not_exist_stop_the_start(weights: Path) -> None:
    with pytest.raises(ConfigError, match="'tiny_character', for character images"):
        create_app(ApiConfig(models=("tiny_character",)))
    with pytest.raises(ArtifactError, match="no model 'nothing'"):
        create_app(ApiConfig(models=("nothing",)))


def test_a_request_chooses_mode_and_model(client: FlaskClient, png: bytes) -> None:
    answer = client.post(f"{URL}?mode=word&model=Others", data=png, **PNG)
    body = answer.get_json()
    assert (body["pred"], body["conf"], body["mode"], body["detector"]) == ("other", 0.7, "word", None)
    assert body["model"]["name"] == answer.headers["X-Model"] == "Others"
    assert "X-Detector" not in answer.headers
    assert client.post(f"{URL}?mode=word&format=text", data=png, **PNG).text == "exit"
    batch = client.post(f"{URL}/batch?mode=word", json={"images": [data_uri(png)] * 2}).get_json()
    assert [each["pred"] for each in batch["results"]] == ["exit", "exit"]
    assert (batch["mode"], batch["model"]["name"]) == ("word", "Words")


def test_an_address_is_read_by_the_chosen_model(models: Models, png: bytes) -> None:
    client = create_app(ApiConfig(image_url=True), None, lambda _: png, models).test_client()
    answer = client.get(f"{URL}?image_url=https://example.org/&mode=word&model=Others")
    assert answer.get_json()["pred"] == "other"


def test_unknown_models_are_refused_in_every_route(client: FlaskClient, png: bytes) -> None:
    for answer in (
        client.post(f"{URL}?mode=word&model=Lines", data=png, **PNG),
        client.post(f"{URL}/batch?mode=word&model=Lines", json={"images": [data_uri(png)]}),
    ):
        assert_problem(answer, 404, "Words, Others", "'Lines'")


def test_models_are_listed_with_their_kinds_the_default_first(client: FlaskClient) -> None:
    listed = client.get("/v1/models").get_json()["models"]
    assert [(each["name"], each["kind"]) for each in listed] == [
        ("Lines", "line"),
        ("Detector", "paragraph"),
        ("Words", "word"),
        ("Others", "word"),
    ]


def test_models_and_modes_are_the_only_labels(client: FlaskClient, png: bytes) -> None:
    for query in ("mode=word", "mode=word&model=Others", "mode=word&model=made-up", "mode=made-up"):
        client.post(f"{URL}?{query}", data=png, **PNG)
    text = client.get("/metrics").text
    assert 'text_recognizer_recognition_seconds_count{mode="word"} 2.0' in text
    assert 'name="Others"' in text
    assert "made-up" not in text
