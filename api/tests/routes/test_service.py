from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from api.tests.conftest import PNG
from api.tests.problems import URL


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
    assert found["text_recognizer_requests_total", "404", "GET", "other"] == 1
    assert found["text_recognizer_request_seconds_count", "/v1/predict"] == 2
    assert (found["text_recognizer_lines_total",], found["text_recognizer_confidence_count",]) == (2, 2)
    assert found["text_recognizer_mean_intensity_count",] == 1
    assert found["text_recognizer_admitted",] == 0
    assert found["text_recognizer_model_info", "Lines", "a" * 64] == 1
