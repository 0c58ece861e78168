"""Routes that recognize images: one by POST, one by its URL, a batch."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, abort, current_app, g, request
from werkzeug.exceptions import ServiceUnavailable

from api.admission import Admission, unavailable
from api.bodies.request_image import image_of, images_of, receive
from api.config import ApiConfig
from api.errors import problem, problem_of
from api.metrics import Metrics
from api.models import Models
from api.pictures import PICTURE_LIMITS, PictureLimits
from api.recognition import Decode, Reader, Reading, Source, read
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
from text_recognizer.budget import Budget
from text_recognizer.errors import InvalidInputError, TooMuchWritingError

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
        admission: Places, and turns to recognize.
        metrics: Records what was read.
        image_url_loader: Returns the content of the image at a URL; None = GET is refused.
        decode: Returns the grey values (H, W) of an image; None = they are decoded in this process.
    """

    config: ApiConfig
    models: Models
    admission: Admission
    metrics: Metrics
    image_url_loader: Loader | None
    decode: Decode | None = None

    def respond(self, source: Callable[[], Source], reader: Reader, format_: str) -> Response:
        """Recognize an image and return the response in a format, a key of `ALL_FORMATS`; see `read`."""
        reading = self.read(source, reader, PICTURE_LIMITS.get(format_))
        return render(reading, reader, format_, self.config.max_response_bytes)

    def read(
        self, source: Callable[[], Source], reader: Reader, picture: PictureLimits | None = None
    ) -> Reading:
        """Recognize an image when its turn comes; add the times to headers, log and metrics.

        Args:
            source: Called when the turn has come; returns the image.
            reader: What reads it.
            picture: What a format takes that shows the image; None = the image is not kept.

        Raises:
            ServiceUnavailable: If the turn did not come in time, or came too late to read a line.
            TooMuchWritingError: If it has too much writing for a single line to be read, or for all of them
                and the configuration refuses parts.
        """
        submitted, deadline = time.monotonic(), self.deadline()
        with self.admission.turn(deadline, short=reader.mode != "page") as give_way:
            limits, budget = self.config.image_limits, self._budget(deadline, give_way)
            budget.charge(picture.seconds if picture else 0.0)
            pixels = picture.max_pixels if picture else 0
            reading = read(reader, source(), limits, budget, self.decode, pixels)
            spent = budget.spent
        times = {
            "queue": reading.started - submitted,
            "decode": reading.decoded - reading.started,
            "recognize": reading.finished - reading.decoded,
        }
        g.timing |= {name: g.timing.get(name, 0.0) + seconds for name, seconds in times.items()}
        g.fields |= {"confidence": reading.page.confidence, "mean_intensity": reading.mean_intensity}
        g.fields |= {"complete": reading.page.complete, "processor_ms": round(1000 * spent, 1)}
        self.metrics.observe_reading(reading)
        self._check_complete(reading, spent)
        return reading

    def _budget(self, deadline: float, give_way: Callable[[], None]) -> Budget:
        # A prediction with several threads works outside of this one, too.
        clock = time.thread_time if self.config.threads == 1 else time.process_time
        return Budget(self.config.search_seconds, self.config.max_seconds, deadline, clock, give_way)

    def _check_complete(self, reading: Reading, spent: float) -> None:
        if reading.page.complete:
            return
        # An image that had its share of work without a line being read will not fare better the next time.
        if spent < self.config.max_seconds / 2 and not reading.page.lines:
            raise unavailable("The turn of this image came too late to read it in time.")
        if not self.config.partial or not reading.page.lines:
            raise TooMuchWritingError(
                f"The image has too much writing: only {len(reading.page.lines)} lines were read in the "
                f"{self.config.max_seconds:g} s of processor time that an image may take. "
                "Split it into several images."
            )

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
        check_parameters(request, "mode", "model", "only", "language", "alternatives", "format")
        reader, format_ = reader_of(request, service.models), format_of(request)
        with service.admission.place():  # so that the body of a request that must be refused is not read
            receive(request)
            return service.respond(lambda: image_of(request), reader, format_)

    @routes.get("/v1/predict")
    def predict_url() -> Response:
        if service.image_url_loader is None:
            abort(403, "Fetching image_url is switched off on this server. POST the image.")
        check_parameters(request, "image_url", "mode", "model", "only", "language", "alternatives", "format")
        reader, format_ = reader_of(request, service.models), format_of(request)
        url = request.args.get("image_url")
        if not url:
            raise InvalidInputError(
                "Expected ?image_url=https://...; received none. POST the image if it has no address."
            )
        with service.admission.place():  # so that nothing is fetched for a request that must be refused
            image = service.image_url_loader(url)
            return service.respond(lambda: image, reader, format_)

    @routes.post("/v1/predict/batch")
    def predict_batch() -> Json:
        check_parameters(request, "mode", "model", "only", "language", "alternatives")
        reader = reader_of(request, service.models)
        with service.admission.place():
            receive(request, batch=True)
            results = _results(service, images_of(request, service.config.max_batch), reader)
        return {"results": results, "mode": reader.mode, **models_json(reader)}

    return routes


def _results(service: Service, sources: Sequence[Source], reader: Reader) -> list[Json]:
    """Return a result or a problem object for each image of a batch.

    Raises:
        ServiceUnavailable: If the time was up before the first of them was read.
    """
    g.charge(len(sources) - 1)  # one request was counted already
    results = [_result(service, each, reader) for each in sources]
    if late := [each for each in results if isinstance(each, ServiceUnavailable)]:
        message = "A batch of %d images was cut off; %d were not read."
        current_app.logger.warning(message, len(results), len(late))
        if len(late) == len(results):
            raise late[0]
    return [{"error": problem(503, _LATE)} if isinstance(each, Exception) else each for each in results]


def _result(service: Service, source: Source, reader: Reader) -> Json | ServiceUnavailable:
    """Return a result or a problem object for an image of a batch, or the error of one not reached."""
    try:
        return as_json(service.read(lambda: source, reader))
    except ServiceUnavailable as error:
        return error.with_traceback(None)  # whose frames hold the image
    except Exception as error:  # an image that fails must not take the others with it
        return {"error": problem_of(error)}
