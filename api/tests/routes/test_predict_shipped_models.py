"""The curl example of the 2019 project, and its other image files, against the shipped models."""

import base64
import json
import os
import shutil
import subprocess
import sys

import pytest
from flask.testing import FlaskClient

from api.app import create_app
from api.config import ApiConfig
from api.tests.live import serving_app
from text_recognizer.metrics.text import character_error_rate
from text_recognizer.tests.repository import ROOT

SUPPORT = ROOT / "text_recognizer" / "tests" / "support"
TEXTS: dict[str, str] = json.loads((SUPPORT / "texts.json").read_text(encoding="utf-8"))

CURL = """
curl -X POST "${API_URL}/v1/predict" -H 'Content-Type: application/json' --data '{ "image": \
"data:image/png;base64,'$(base64 -w0 -i text_recognizer/tests/support/emnist_lines/or\\ if\\ used\\ the\\ \
results.png)'" }'
"""


@pytest.fixture(scope="module")
def shipped() -> FlaskClient:
    return create_app(ApiConfig()).test_client()


def body_of(name: str) -> str:
    encoded = base64.b64encode((SUPPORT / name).read_bytes()).decode()
    return '{ "image": "data:image/png;base64,' + encoded + '" }'


def test_the_json_of_the_example(shipped: FlaskClient) -> None:
    body = body_of("emnist_lines/or if used the results.png")
    response = shipped.post("/v1/predict", data=body, content_type="application/json")
    assert response.status_code == 200
    assert response.get_json()["pred"] == "or if used the results"
    assert 0.5 < response.get_json()["conf"] <= 1


def test_alternatives_are_asked_for_request_by_request(shipped: FlaskClient) -> None:
    body = body_of("emnist_lines/or if used the results.png")
    answers = [
        shipped.post(f"/v1/predict{query}", data=body, content_type="application/json").get_json()
        for query in ("?alternatives=3", "")
    ]
    (told,), (plain,) = (answer["lines"] for answer in answers)
    texts = [each["text"] for each in told["alternatives"]]
    assert (texts[0], len(set(texts))) == (told["text"], 3)
    confidences = [each["confidence"] for each in told["alternatives"]]
    assert 1 > confidences[0] > confidences[1] >= confidences[2] > 0
    assert plain == {**told, "alternatives": []}


@pytest.mark.skipif(not shutil.which("curl") or sys.platform != "linux", reason="needs curl and GNU base64")
def test_the_command_as_it_was_written(shipped: FlaskClient) -> None:
    with serving_app(shipped.application) as address:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", CURL],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
            env=os.environ | {"API_URL": address, "no_proxy": "*"},
        )
    assert json.loads(done.stdout)["pred"] == "or if used the results"


@pytest.mark.parametrize(
    "name", [name for name in TEXTS if name.split("/")[0] in ("emnist_lines", "iam_lines")]
)
def test_the_other_lines(shipped: FlaskClient, name: str) -> None:
    answer = shipped.post("/v1/predict", data=body_of(name), content_type="application/json").get_json()
    assert character_error_rate([answer["pred"].lower()], [TEXTS[name].lower()]) <= 0.1


def test_the_paragraph(shipped: FlaskClient) -> None:
    (name,) = (name for name in TEXTS if name.startswith("iam_paragraphs/"))
    answer = shipped.post("/v1/predict", data=body_of(name), content_type="application/json").get_json()
    assert len(answer["lines"]) == 7
