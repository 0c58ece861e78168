"""Metrics for Prometheus, summed over all workers of gunicorn.

Each worker writes its own files in the folder PROMETHEUS_MULTIPROC_DIR, which `gunicorn_conf` makes; the
worker that is asked for the metrics sums up the files of all. Without that folder there is one process, and
no files are written.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from typing import Literal, get_args

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from api.models import Models
from api.recognition import Reading

JobState = Literal["waiting", "running", "done"]
JobEvent = Literal["submitted", "refused", "read", "failed"]  # refused: the queue was full
JobCounts = Callable[[], Mapping[JobState, int]]

MULTIPROCESS_DIR = "PROMETHEUS_MULTIPROC_DIR"
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

OTHER = "other"  # the value of a label for everything that a client made up
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

# Upper bounds of the buckets of histograms.
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_CONFIDENCES = tuple(step / 10 for step in range(1, 11))
_GRAY_VALUES = tuple(float(value) for value in range(16, 256, 16))


class _JobCollector(Collector):
    """Counts the jobs when the metrics are asked for: their folder is the same for all workers."""

    def __init__(self, counts: JobCounts) -> None:
        self._counts = counts

    def collect(self) -> Iterator[GaugeMetricFamily]:
        gauge = GaugeMetricFamily(
            "text_recognizer_jobs_kept", "Jobs in the folder of the jobs.", labels=["state"]
        )
        for state, count in self._counts().items():
            gauge.add_metric([state], count)
        yield gauge


class Metrics:
    """The metrics of one application.

    ```python
    from api.metrics import Metrics
    from api.models import Models
    from text_recognizer import ParagraphTextRecognizer

    metrics = Metrics(Models((ParagraphTextRecognizer(),)))
    metrics.observe_response("POST", "/v1/predict", 200, 0.1)
    print(metrics.exposition().decode().splitlines()[2])
    ```
    """

    _jobs: Counter | None = None
    _job_counts: JobCounts | None = None

    def __init__(self, models: Models) -> None:
        """Register the metrics.

        Args:
            models: Their names and digests become labels.
        """
        self._registry = registry = CollectorRegistry()
        self._requests = Counter(
            "text_recognizer_requests", "Responses sent.", ["method", "route", "status"], registry=registry
        )
        self._latency = Histogram(
            "text_recognizer_request_seconds",
            "Time from a request to its response.",
            ["route"],
            buckets=_SECONDS,
            registry=registry,
        )
        # So that what clients make up does not even add the series of others.
        self._latency.labels(OTHER)
        for method in (*_METHODS, OTHER):
            for status in ("404", "405"):
                self._requests.labels(method, OTHER, status)
        self._admitted = Gauge(
            "text_recognizer_admitted",
            "Requests that are being recognized or wait for it.",
            multiprocess_mode="livesum",
            registry=registry,
        )
        self._admitted.set(0)
        self._recognition = Histogram(
            "text_recognizer_recognition_seconds",
            "Time to decode and recognize one image, without waiting.",
            ["mode"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._lines = Counter("text_recognizer_lines", "Lines read.", registry=registry)
        self._confidence = Histogram(
            "text_recognizer_confidence",
            "Confidence of each line; a shift means that the images have changed.",
            buckets=_CONFIDENCES,
            registry=registry,
        )
        self._intensity = Histogram(
            "text_recognizer_mean_intensity",
            "Mean gray value of each image, 0-255; a shift means that the images have changed.",
            buckets=_GRAY_VALUES,
            registry=registry,
        )
        self._name_models(models)

    def _name_models(self, models: Models) -> None:
        info = Gauge(
            "text_recognizer_model_info",
            "Always 1; the labels name the models in use.",
            ["name", "sha256"],
            multiprocess_mode="livemax",
            registry=self._registry,
        )
        for artifact in models.artifacts:
            info.labels(artifact.name, artifact.sha256).set(1)

    def observe_queue(self, admitted: int) -> None:
        """Record the number of admitted requests."""
        self._admitted.set(admitted)

    def observe_response(self, method: str, route: str | None, status: int, seconds: float) -> None:
        """Record a response.

        Args:
            method: Method of the request; any that HTTP does not define is counted as `OTHER`.
            route: Pattern of the address, not the address itself: a label must have few values. None if the
                request has no route, which is counted as `OTHER`, too.
            status: Status of the response.
            seconds: Time from the request to the response.
        """
        method, route = method if method in _METHODS else OTHER, route or OTHER
        self._requests.labels(method, route, str(status)).inc()
        self._latency.labels(route).observe(seconds)

    def observe_reading(self, reading: Reading) -> None:
        """Record one recognized image."""
        self._recognition.labels(reading.mode).observe(reading.finished - reading.started)
        self._intensity.observe(reading.mean_intensity)
        self._lines.inc(len(reading.page.lines))
        for line in reading.page.lines:
            self._confidence.observe(line.confidence)

    def watch_jobs(self, counts: JobCounts) -> None:
        """Have metrics of jobs, too; `counts` tells how many there are in each state."""
        self._jobs = Counter(
            "text_recognizer_jobs",
            "What became of documents to be read later.",
            ["event"],
            registry=self._registry,
        )
        for event in get_args(JobEvent):
            self._jobs.labels(event)
        self._job_counts = counts
        self._registry.register(_JobCollector(counts))

    def observe_job(self, event: JobEvent) -> None:
        """Record what happened to a job; only after `watch_jobs`."""
        if self._jobs is not None:
            self._jobs.labels(event).inc()

    def exposition(self) -> bytes:
        """Return all metrics in the text format of Prometheus."""
        if MULTIPROCESS_DIR not in os.environ:
            return generate_latest(self._registry)
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # untyped
        if self._job_counts is not None:
            registry.register(_JobCollector(self._job_counts))
        return generate_latest(registry)
