"""Routes that recognize images: one by POST, one by its URL, a batch."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, abort, current_app, g, request

from api.admission import Admission
from api.config import ApiConfig
from api.errors import problem, problem_of
from api.metrics import Metrics
from api.models import Models
from api.recognition import Reader, Reading, Source, read
from api.request_image import image_of, images_of
from api.responses import (
    Json,
    as_json,
    check_parameters,
    format_of,
    model_headers,
    models_json,
    reader_of,
    render,
)
from text_recognizer.errors import InvalidInputError

Loader = Callable[[str], bytes]

_LATE = "The time limit of the request ended before this image was recognized. Send it in another request."


@dataclass(frozen=True)
class Service:
    """What the routes share.

    ```python
    from api.admission import Admission
    from api.config import ApiConfig
    from api.metrics import Metrics
    from api.models import load_models
    from api.routes.predict import Service, blueprint

    config, models = ApiConfig(), load_models([], threads=1)
    service = Service(config, models, Admission(config.queue_size), Metrics(models), None)
    print(blueprint(service).name)
    ```

    Attributes:
        config: Limits of images, batches and time.
        models: What can be read with.
        admission: Lets one request recognize at a time.
        metrics: Records what was read.
        image_url_loader: Returns the content of the image at a URL; None = GET is refused.
    """

    config: ApiConfig
    models: Models
    admission: Admission
    metrics: Metrics
    image_url_loader: Loader | None

    def read(self, source: Source, reader: Reader) -> Reading:
        """Recognize `source` when its turn comes; add the times to headers, log and metrics."""
        submitted = time.monotonic()
        reading = self.admission.run(lambda: read(reader, source, self.config.image_limits), self.deadline())
        g.timing |= {
            "queue": reading.started - submitted,
            "decode": reading.decoded - reading.started,
            "recognize": reading.finished - reading.decoded,
        }
        g.fields |= {"confidence": reading.page.confidence, "mean_intensity": reading.mean_intensity}
        self.metrics.observe_reading(reading)
        return reading

    def deadline(self) -> float:
        """Return the `time.monotonic()` at which the request must be answered."""
        return float(g.started) + self.config.request_timeout


def blueprint(service: Service) -> Blueprint:
    """Return the routes, bound to `service`."""
    routes = Blueprint("predict", __name__)

    @routes.before_request
    def name_models() -> None:
        # Errors name the models too, but a request without the key does not get this far.
        try:
            reader = reader_of(request, service.models)
        except InvalidInputError:  # is answered with the error by the route itself
            reader = service.models.reader("page")
        g.headers |= model_headers(reader)

    @routes.post("/v1/predict")
    def predict() -> Response:
        check_parameters(request, "mode", "model", "format")
        reader, format_ = reader_of(request, service.models), format_of(request)
        service.admission.check()  # so that the body of a request that must be refused is not read
        return render(service.read(image_of(request), reader), reader, format_)

    @routes.get("/v1/predict")
    def predict_url() -> Response:
        if service.image_url_loader is None:
            abort(
                403,
                "Fetching image_url is switched off on this server. POST the image.",
            )
        check_parameters(request, "image_url", "mode", "model", "format")
        reader, format_ = reader_of(request, service.models), format_of(request)
        url = request.args.get("image_url")
        if not url:
            raise InvalidInputError(
                "Expected ?image_url=https://...; received none. POST the image if it has no address."
            )
        service.admission.check()  # so that nothing is fetched for a request that must be refused
        return render(service.read(service.image_url_loader(url), reader), reader, format_)

    @routes.post("/v1/predict/batch")
    def predict_batch() -> Json:
        check_parameters(request, "mode", "model")
        reader = reader_of(request, service.models)
        service.admission.check()
        results = _read_all(service, images_of(request, service.config.max_batch), reader)
        return {"results": results, "mode": reader.mode, **models_json(reader)}

    return routes


def _read_all(service: Service, sources: Sequence[Source], reader: Reader) -> list[Json]:
    """Return a result or a problem object for each image; a problem also for images not reached in time."""
    done: list[Reading | Exception] = []
    expired = threading.Event()

    def job() -> None:
        for source in sources:
            if expired.is_set():
                return
            try:
                done.append(read(reader, source, service.config.image_limits))
            except Exception as error:  # an image that fails must not take the others with it
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
    service.metrics.observe_reading(outcome)
    return as_json(outcome)
