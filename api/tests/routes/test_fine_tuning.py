"""Teaching by HTTP: off by default, and what is refused; the process is tested beside its module."""

import sys
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from api.app import create_app
from api.config import ApiConfig
from api.fine_tuning import teacher
from api.models import Models
from api.tests.conftest import FakeRecognizer
from api.tests.fine_tuning.archives import archive
from api.tests.problems import assert_problem
from api.tests.test_openapi import check

URL = "/v1/fine-tuning"
ZIP = {"content_type": "application/zip"}


class FakeLearned:
    """Has one model."""

    def __init__(self) -> None:
        self.known = ["hand-bert_int8"]

    def names(self) -> list[str]:
        return self.known

    def artifacts(self) -> list[Any]:
        return []

    def recognizer(self, name: str) -> FakeRecognizer | None:
        return FakeRecognizer() if name in self.known else None

    def remove(self, name: str) -> bool:
        found = name in self.known
        self.known = [each for each in self.known if each != name]
        return found


@pytest.fixture
def learned() -> FakeLearned:
    return FakeLearned()


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, learned: FakeLearned) -> FlaskClient:
    monkeypatch.setattr(teacher, "COMMAND", [sys.executable, "-S", "-c", ""])
    config = ApiConfig(fine_tuning_folder=str(tmp_path / "teaching"), fine_tuning_models=2)
    models = Models((FakeRecognizer(),), learned=learned)  # type: ignore[arg-type]
    return create_app(config, models=models).test_client()


def test_it_is_off_by_default() -> None:
    client = create_app(ApiConfig(), FakeRecognizer()).test_client()
    for response in (client.get(URL), client.post(URL), client.delete(URL), client.delete("/v1/models/x")):
        assert_problem(response, 501, "switched off")


@pytest.mark.process
def test_teaching_begins(client: FlaskClient) -> None:
    assert client.get(URL).get_json() == {"state": "idle"}
    response = client.post(f"{URL}?name=anna", data=archive(), **ZIP)
    assert response.status_code == 202
    assert response.get_json()["name"] == "hand-anna"
    check("Teaching", response.get_json())
    check("Teaching", client.get(URL).get_json())
    assert client.delete(URL).status_code == 204
    assert client.get(URL).get_json() == {"state": "idle"}


def test_what_is_refused(client: FlaskClient) -> None:
    assert_problem(client.post(URL, data=archive(), **ZIP), 400, "?name=")
    assert_problem(client.post(f"{URL}?name=anna", data={}), 415, "application/zip")
    assert_problem(client.post(f"{URL}?name=bert", data=archive(), **ZIP), 409, "hand-bert")
    assert_problem(client.post(f"{URL}?name=anna", data=b"no", **ZIP), 400, "ZIP")


def test_models_are_chosen_and_removed(client: FlaskClient, png: bytes) -> None:
    chosen = "/v1/predict?model=hand-bert_int8"
    assert client.post(chosen, data=png, content_type="image/png").status_code == 200
    assert client.delete("/v1/models/hand-bert_int8").status_code == 204
    assert_problem(client.delete("/v1/models/hand-bert_int8"), 404, "hand-bert_int8")
    assert_problem(client.post(chosen, data=png, content_type="image/png"), 404, "hand-bert_int8")


def test_only_so_many_models(client: FlaskClient, learned: FakeLearned) -> None:
    learned.known.append("hand-carl")
    assert_problem(client.post(f"{URL}?name=anna", data=archive(), **ZIP), 409, "2 taught models")
