"""Documents by HTTP: at once, later, and what is refused before the body is read."""

import io
import time
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from api.app import create_app
from api.config import ApiConfig
from api.tests.conftest import ANSWER, MODELS, FakeRecognizer
from api.tests.documents.pages import document
from api.tests.problems import assert_problem
from text_recognizer.errors import ConfigError

URL = "/v1/documents"
TIFF = {"content_type": "image/tiff"}
LATER = {"Prefer": "handling=strict, Respond-Async; wait=5"}


def client_of(**options: Any) -> FlaskClient:
    return create_app(ApiConfig(**options), FakeRecognizer()).test_client()


def test_every_page_has_its_answer(client: FlaskClient) -> None:
    response = client.post(URL, data=document(30, 30), **TIFF)
    fields = response.get_json()
    page = {name: value for name, value in ANSWER.items() if name not in ("model", "detector")}
    assert fields["pages"] == [{"page": 1, **page}, {"page": 2, **page}]
    assert (fields["count"], fields["model"]) == (2, MODELS["line"])
    assert fields["pred"] == "first line\nsecond\n\ffirst line\nsecond"
    assert response.headers["X-Model"] == MODELS["line"]["name"]
    told = client.post(f"{URL}?alternatives=3", data=document(30), **TIFF).get_json()["pages"][0]["lines"]
    assert [each["text"] for each in told[0]["alternatives"]] == ["a line", "a lime", "a lane"]
    pdf = client.post(f"{URL}?alternatives=3&format=pdf", data=document(30), **TIFF)
    assert_problem(pdf, 400, "pdf holds no alternatives")


def test_pages_and_formats_are_chosen(client: FlaskClient) -> None:
    data = document(30, 40, 50)
    assert client.post(f"{URL}?pages=2", data=data, **TIFF).get_json()["pages"][0]["width"] == 40
    alto = client.post(f"{URL}?pages=1,3", data=data, **TIFF, headers={"Accept": "application/xml"})
    assert alto.text.count("<Page ") == 2
    form = {"document": (io.BytesIO(data), "scan.tif")}
    assert client.post(f"{URL}?format=text", data=form).text.count("first line") == 3
    pdf = client.post(f"{URL}?format=pdf&pages=1,3", data=data, **TIFF)
    assert (pdf.content_type, pdf.data.count(b"/Type /Page ")) == ("application/pdf", 2)
    assert client.post(f"{URL}?format=png&pages=2", data=data, **TIFF).content_type == "image/png"
    assert_problem(client.post(f"{URL}?format=page", data=data, **TIFF), 400, "holds one page; 3 are wanted")
    assert_problem(client.post(f"{URL}?mode=line", data=data, **TIFF), 400, "mode")
    assert_problem(client.post(f"{URL}?pages=4", data=data, **TIFF), 400, "3 pages")


def test_what_is_no_document(client: FlaskClient) -> None:
    assert_problem(client.post(URL, json={"image": ""}), 415, "application/pdf")
    assert_problem(
        client.post(URL, data={"document": "text"}, content_type="multipart/form-data"), 400, "a file"
    )
    two = {"a": (io.BytesIO(b"1"), "a"), "b": (io.BytesIO(b"2"), "b")}
    assert_problem(client.post(URL, data=two), 400, "Expected one document")
    assert_problem(client.post(URL, data=b"%PDF-1.7", content_type="application/pdf"), 415)


def test_pages_count_as_requests() -> None:
    client = client_of(rate_limit=0.001, rate_burst=3)
    assert client.post(URL, data=document(30, 30, 30), **TIFF).status_code == 200
    assert_problem(client.post(URL, data=document(30), **TIFF), 429)


def test_the_key_is_wanted_for_documents_and_jobs() -> None:
    client = client_of(api_key="secret")
    assert_problem(client.post(URL, data=document(30), **TIFF), 401)
    assert_problem(client.get("/v1/jobs/" + "0" * 32), 401)


def test_later_is_off_by_default(client: FlaskClient) -> None:
    assert_problem(client.post(URL, data=document(30), **TIFF, headers=LATER), 501, "switched off")
    assert_problem(client.get("/v1/jobs/" + "0" * 32), 404)


def test_a_job_has_the_answer_that_would_have_come_at_once(tmp_path: Path) -> None:
    client = client_of(jobs_folder=str(tmp_path / "jobs"))
    data = document(30, 40)
    accepted = client.post(f"{URL}?pages=2", data=data, **TIFF, headers=LATER)
    assert accepted.status_code == 202
    assert accepted.headers["Preference-Applied"] == "respond-async"
    address = accepted.headers["Location"]
    assert address == f"/v1/jobs/{accepted.get_json()['job']}"
    end = time.monotonic() + 10
    while (response := client.get(address)).status_code == 202 and time.monotonic() < end:
        assert response.headers["Retry-After"]
        time.sleep(0.01)
    assert response.get_json() == client.post(f"{URL}?pages=2", data=data, **TIFF).get_json()
    assert client.delete(address).status_code == 204
    assert_problem(client.get(address), 404, "no job")
    assert_problem(client.delete(address), 404, "no job")


def test_what_is_wrong_is_said_before_there_is_a_job(tmp_path: Path) -> None:
    client = client_of(jobs_folder=str(tmp_path), max_jobs=1)
    assert_problem(client.post(f"{URL}?pages=9", data=document(30), **TIFF, headers=LATER), 400, "pages")
    assert_problem(client.post(f"{URL}?model=x", data=document(30), **TIFF, headers=LATER), 404)
    assert client.post(URL, data=document(30), **TIFF, headers=LATER).status_code == 202
    full = client.post(URL, data=document(30), **TIFF, headers=LATER)
    assert_problem(full, 503, "queue of jobs is full")
    assert full.headers["Retry-After"]
    metrics = client.get("/metrics").text
    assert 'text_recognizer_jobs_total{event="submitted"} 1.0' in metrics
    assert 'text_recognizer_jobs_total{event="refused"} 1.0' in metrics


def test_a_folder_that_cannot_be_used_is_a_mistake_of_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="folder of the jobs"):
        client_of(jobs_folder=str(tmp_path / "file" / "jobs"))
