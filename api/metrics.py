"""What Prometheus is told; one set for all workers of gunicorn.

Each worker counts in files of its own under PROMETHEUS_MULTIPROC_DIR, which `gunicorn_conf` makes, and
whichever worker is asked adds up the files of all. Without that folder there is one process and no file.
"""

import os

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from api.recognition import Reading, Recognizer

MULTIPROCESS_DIR = "PROMETHEUS_MULTIPROC_DIR"
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_TENTHS = tuple(step / 10 for step in range(1, 11))
_GREYS = tuple(float(grey) for grey in range(16, 256, 16))


class Metrics:
    """The metrics of one application."""

    def __init__(self, recognizer: Recognizer) -> None:
        """Register the metrics.

        Args:
            recognizer: Its models are told by name and hash.
        """
        self._registry = registry = CollectorRegistry()
        self._requests = Counter(
            "text_recognizer_requests", "Answers.", ["method", "route", "status"], registry=registry
        )
        self._latency = Histogram(
            "text_recognizer_request_seconds",
            "Time to answer.",
            ["route"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._admitted = Gauge(
            "text_recognizer_admitted",
            "Requests that are recognized or wait for it.",
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
            buckets=_TENTHS,
            registry=registry,
        )
        self._intensity = Histogram(
            "text_recognizer_mean_intensity",
            "Mean grey value of each image, 0-255; a shift means that the images have changed.",
            buckets=_GREYS,
            registry=registry,
        )
        self._name_models(recognizer)

    def _name_models(self, recognizer: Recognizer) -> None:
        info = Gauge(
            "text_recognizer_model_info",
            "Always 1; the models that are served.",
            ["name", "sha256"],
            multiprocess_mode="livemax",
            registry=self._registry,
        )
        for model in (recognizer.detector, recognizer.line_predictor):
            info.labels(model.artifact.name, model.artifact.sha256).set(1)

    def admitted(self, number: int) -> None:
        """Record the length of the queue."""
        self._admitted.set(number)

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Record an answer.

        Args:
            method: Of the request.
            route: The pattern of the address, not the address: its values must be few.
            status: Of the answer.
            seconds: It took.
        """
        self._requests.labels(method, route, str(status)).inc()
        self._latency.labels(route).observe(seconds)

    def read(self, reading: Reading) -> None:
        """Record one recognized image."""
        self._recognition.labels(reading.mode).observe(reading.finished - reading.started)
        self._intensity.observe(reading.mean_intensity)
        self._lines.inc(len(reading.page.lines))
        for line in reading.page.lines:
            self._confidence.observe(line.confidence)

    def exposition(self) -> bytes:
        """Return all of it in Prometheus' text format."""
        if MULTIPROCESS_DIR not in os.environ:
            return generate_latest(self._registry)
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # has no types
        return generate_latest(registry)
