"""The addresses that recognize."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, abort, current_app, g, request

from api.admission import Admission
from api.config import ApiConfig
from api.errors import problem, problem_of
from api.metrics import Metrics
from api.recognition import Mode, Reading, Recognizer, Source, read
from api.request_image import image_of, images_of
from api.responses import (
    Json,
    as_json,
    check_parameters,
    format_of,
    mode_of,
    model_headers,
    models_json,
    render,
)
from text_recognizer.errors import InvalidInputError

Loader = Callable[[str], bytes]

_LATE = (
    "Expected an answer to the whole batch in time; this image was not reached. Send it in another request."
)


@dataclass(frozen=True)
class Service:
    """What the routes share."""

    config: ApiConfig
    recognizer: Recognizer
    admission: Admission
    metrics: Metrics
    image_url_loader: Loader | None

    def read(self, source: Source, mode: Mode) -> Reading:
        """Recognize `source` when it is its turn; the answer's headers and the metrics tell how it went."""
        submitted = time.monotonic()
        reading = self.admission.run(
            lambda: read(self.recognizer, source, mode, self.config.image_limits), self.deadline()
        )
        g.timing |= {
            "queue": reading.started - submitted,
            "decode": reading.decoded - reading.started,
            "recognize": reading.finished - reading.decoded,
        }
        g.fields |= {"confidence": reading.page.confidence, "mean_intensity": reading.mean_intensity}
        self.metrics.read(reading)
        return reading

    def deadline(self) -> float:
        """Return the `time.monotonic()` at which the request must be answered."""
        return float(g.started) + self.config.request_timeout


def blueprint(service: Service) -> Blueprint:
    """Return the routes, bound to what they share."""
    routes = Blueprint("predict", __name__)

    @routes.before_request
    def name_models() -> None:
        # Errors name them too, but not to those without the key, who do not come this far.
        g.headers |= model_headers(
            service.recognizer, "line" if request.args.get("mode") == "line" else "page"
        )

    @routes.post("/v1/predict")
    def predict() -> Response:
        check_parameters(request, "mode", "format")
        mode, format_ = mode_of(request), format_of(request)
        service.admission.check()  # before the body is read
        return render(service.read(image_of(request), mode), service.recognizer, format_)

    @routes.get("/v1/predict")
    def predict_url() -> Response:
        if service.image_url_loader is None:
            abort(
                403,
                "Expected an image by POST: fetching image_url is switched off on this server; received GET. "
                "POST the image.",
            )
        check_parameters(request, "image_url", "mode", "format")
        mode, format_ = mode_of(request), format_of(request)
        url = request.args.get("image_url")
        if not url:
            raise InvalidInputError(
                "Expected ?image_url=https://...; received none. Add it, or POST the image."
            )
        service.admission.check()  # before anything is fetched
        return render(service.read(service.image_url_loader(url), mode), service.recognizer, format_)

    @routes.post("/v1/predict/batch")
    def predict_batch() -> Json:
        check_parameters(request, "mode")
        mode = mode_of(request)
        service.admission.check()
        results = _read_all(service, images_of(request, service.config.max_batch), mode)
        return {"results": results, "mode": mode, **models_json(service.recognizer, mode)}

    return routes


def _read_all(service: Service, sources: Sequence[Source], mode: Mode) -> list[Json]:
    """Return the result or the problem of each image; those that the time limit cuts off have a problem."""
    done: list[Reading | Exception] = []
    expired = threading.Event()

    def job() -> None:
        for source in sources:
            if expired.is_set():
                return
            try:
                done.append(read(service.recognizer, source, mode, service.config.image_limits))
            except Exception as error:  # one image's fault is not the others'
                done.append(error)

    try:
        service.admission.run(job, service.deadline())
    except Exception:
        expired.set()
        if not done:
            raise
        current_app.logger.warning("A batch of %d images was cut off after %d.", len(sources), len(done))
    results = [_result(service, each) for each in tuple(done)]
    return results + [{"error": problem(503, _LATE)}] * (len(sources) - len(results))


def _result(service: Service, outcome: Reading | Exception) -> Json:
    if isinstance(outcome, Exception):
        return {"error": problem_of(outcome)}
    service.metrics.read(outcome)
    return as_json(outcome)
