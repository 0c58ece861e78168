import json
import re
from pathlib import Path

import jsonschema
import openapi_spec_validator
import pytest
from flask.testing import FlaskClient

from api.app import create_app
from api.config import ApiConfig
from api.models import Models
from api.recognition import MODES
from api.routes.service import OPENAPI
from api.tests.conftest import FakeRecognizer, FakeWords
from api.tests.problems import URL, data_uri

DOCUMENT = json.loads(OPENAPI.read_text(encoding="utf-8"))


def test_it_is_valid_openapi_3_1() -> None:
    assert DOCUMENT["openapi"].startswith("3.1")
    openapi_spec_validator.validate(DOCUMENT)


def test_it_is_served_as_it_is(client: FlaskClient) -> None:
    assert client.get("/openapi.json").get_json() == DOCUMENT


def test_every_route_is_described_and_every_description_has_its_route(client: FlaskClient) -> None:
    routes = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in client.application.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if not rule.endpoint.startswith("web.")  # the page and its files are for people
    }
    described = {(path, method) for path, methods in DOCUMENT["paths"].items() for method in methods}
    assert routes == described


def test_every_reference_leads_somewhere() -> None:
    for name in re.findall(r'"\$ref": "#/([^"]+)"', OPENAPI.read_text(encoding="utf-8")):
        node = DOCUMENT
        for key in name.split("/"):
            node = node[key]


def check(name: str, answer: object) -> None:
    schema = {"$ref": f"#/components/schemas/{name}", "components": DOCUMENT["components"]}
    jsonschema.Draft202012Validator(schema).validate(answer)


@pytest.mark.parametrize("mode", MODES)
def test_answers_fit_their_schemas(png: bytes, mode: str) -> None:
    client = create_app(ApiConfig(), models=Models((FakeRecognizer(),), (FakeWords("Words"),))).test_client()
    check("Prediction", client.post(f"{URL}?mode={mode}", data=png, content_type="image/png").get_json())
    images = [data_uri(png), "nonsense"]
    check("BatchPrediction", client.post(f"{URL}/batch?mode={mode}", json={"images": images}).get_json())
    check("Models", client.get("/v1/models").get_json())
    check("Status", client.get("/livez").get_json())
    check("Problem", client.get("/nothing").get_json())


def test_answers_about_documents_fit_their_schemas(png: bytes, tmp_path: Path) -> None:
    client = create_app(ApiConfig(jobs_folder=str(tmp_path)), FakeRecognizer()).test_client()
    check("Document", client.post("/v1/documents", data=png, content_type="image/png").get_json())
    check("Problem", client.post("/v1/documents", data=b"II*\0", content_type="image/tiff").get_json())
    later = {"Prefer": "respond-async"}
    accepted = client.post("/v1/documents", data=png, content_type="image/png", headers=later)
    check("Job", accepted.get_json())


def test_examples_fit_their_schemas() -> None:
    names = [
        (media["schema"]["$ref"].split("/")[-1], media["example"])
        for methods in DOCUMENT["paths"].values()
        for operation in methods.values()
        for response in operation["responses"].values()
        for media in response.get("content", {}).values()
        if "example" in media
    ]
    assert {name for name, _ in names} == {"Document", "Job", "Prediction"}
    for name, example in names:
        check(name, example)


def test_a_wrong_answer_would_be_seen() -> None:
    with pytest.raises(jsonschema.ValidationError):
        check("Status", {"status": "fine"})
