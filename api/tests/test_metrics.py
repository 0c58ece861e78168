from pathlib import Path
from typing import get_args

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from api.metrics import MULTIPROCESS_DIR, JobEvent, Metrics
from api.models import Models
from api.recognition import Reading
from api.tests.conftest import LINES, FakeRecognizer
from text_recognizer import PagePrediction


@pytest.fixture
def metrics() -> Metrics:
    return Metrics(Models((FakeRecognizer(),)))


def samples(metrics: Metrics) -> dict[tuple[str, ...], float]:
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(metrics.exposition().decode())
        for sample in family.samples
    }


def test_a_response_is_counted_by_method_route_and_status(metrics: Metrics) -> None:
    metrics.observe_response("GET", "/livez", 200, 0.02)
    metrics.observe_response("GET", "/livez", 200, 0.04)
    found = samples(metrics)
    assert found["text_recognizer_requests_total", "/livez", "200", "GET"] == 2
    assert found["text_recognizer_request_seconds_sum", "/livez"] == pytest.approx(0.06)
    assert found["text_recognizer_request_seconds_bucket", "/livez", "0.025"] == 1


def test_what_clients_make_up_is_no_label(metrics: Metrics) -> None:
    metrics.observe_response("BREW", None, 404, 0.02)
    before = samples(metrics).keys()
    for number in range(1000):
        metrics.observe_response(f"X{number}", None, 404, 0.02)
    found = samples(metrics)
    assert found.keys() == before
    assert found["text_recognizer_requests_total", "404", "other", "other"] == 1001


@pytest.mark.slow
def test_made_up_methods_and_addresses_leave_the_metrics_as_they_are(client: FlaskClient) -> None:
    def names() -> set[str]:
        text = client.get("/metrics").get_data(as_text=True)
        return {line.rpartition(" ")[0] for line in text.splitlines()}

    client.open("/livez", method="BREW")
    client.open("/nothing", method="BREW")
    names()  # the metrics count requests for themselves, too
    before = names()
    for number in range(200):
        client.open("/livez", method=f"BREW{number}")
        client.open(f"/nothing/{number}", method=f"BREW{number}", headers={"X-Request-Id": str(number)})
    assert names() == before


def test_a_reading_is_counted_by_its_lines(metrics: Metrics) -> None:
    reading = Reading(PagePrediction(LINES), "page", 100.0, started=1.0, decoded=1.5, finished=3.0)
    metrics.observe_reading(reading)
    found = samples(metrics)
    assert found["text_recognizer_lines_total",] == 2
    assert found["text_recognizer_confidence_sum",] == pytest.approx(1.6)
    assert found["text_recognizer_mean_intensity_bucket", "96.0"] == 0
    assert found["text_recognizer_mean_intensity_bucket", "112.0"] == 1
    assert found["text_recognizer_recognition_seconds_sum", "page"] == 2.0


def test_the_queue_is_the_last_number(metrics: Metrics) -> None:
    for admitted in (1, 2, 1):
        metrics.observe_queue(admitted)
    assert samples(metrics)["text_recognizer_admitted",] == 1


def test_jobs_are_counted_by_what_became_of_them_and_by_their_states(
    metrics: Metrics, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    metrics.observe_job("read")  # jobs are switched off: there are no such metrics
    assert not [name for name, *_ in samples(metrics) if "job" in name]
    metrics.watch_jobs(lambda: {"waiting": 2, "running": 1, "done": 0})
    metrics.observe_job("submitted")
    found = samples(metrics)
    events = {event: found["text_recognizer_jobs_total", event] for event in get_args(JobEvent)}
    assert events == {"submitted": 1, "refused": 0, "read": 0, "failed": 0}
    assert found["text_recognizer_jobs_kept", "waiting"] == 2
    monkeypatch.setenv(MULTIPROCESS_DIR, str(tmp_path))  # each worker answers for all of them
    assert samples(metrics)["text_recognizer_jobs_kept", "running"] == 1


def test_models_are_named(metrics: Metrics) -> None:
    found = samples(metrics)
    assert found["text_recognizer_model_info", "Lines", "a" * 64] == 1
    assert found["text_recognizer_model_info", "Detector", "b" * 64] == 1


def test_applications_in_one_process_do_not_share_metrics(metrics: Metrics) -> None:
    metrics.observe_response("GET", "/livez", 200, 0.02)
    other = samples(Metrics(Models((FakeRecognizer(),))))
    assert ("text_recognizer_requests_total", "/livez", "200", "GET") not in other
