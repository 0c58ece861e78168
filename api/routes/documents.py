"""Routes that recognize documents: PDF, TIFF of several pages; at once, or as jobs."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from flask import Blueprint, Response, abort, g, jsonify, request, url_for
from werkzeug.exceptions import NotFound

from api.bodies.request_image import receive_document
from api.documents.jobs import RETRY_AFTER_S, Jobs, Order, Task
from api.documents.reading import DocumentReader
from api.documents.rendering import Rendered, check_format, render_document
from api.documents.runner import JobRunner
from api.models import Models
from api.pictures import PICTURE_LIMITS
from api.recognition import Reader
from api.responses import (
    alternatives_of,
    check_parameters,
    format_of,
    kind_of,
    language_of,
    model_headers,
    reader_for,
)

_OFF = (
    "Reading documents later is switched off on this server. Send the request without Prefer: respond-async."
)
_UNKNOWN = "There is no job of this name, or no longer. Send the document again."


@dataclass(frozen=True)
class DocumentService:
    """What the routes share.

    ```python
    from flask import Flask

    from api.admission import Admission
    from api.config import ApiConfig
    from api.documents.reading import DocumentReader
    from api.metrics import Metrics
    from api.models import load_models
    from api.routes.documents import DocumentService, blueprint

    config, models = ApiConfig(), load_models([], threads=1)
    reader = DocumentReader(config, Admission(config.queue_size), Metrics(models), None)
    Flask("example").register_blueprint(blueprint(DocumentService(models, reader), None))
    ```

    Attributes:
        models: What can be read with.
        documents: Reads pages.
        jobs: The queue of what is read later; None = it is switched off.
    """

    models: Models
    documents: DocumentReader
    jobs: Jobs | None = None

    def work(self, task: Task) -> Rendered:
        """Read the document of a job."""
        order = task.order
        reader = self.reader(order)
        deadline = time.monotonic() + self.documents.config.job_seconds
        return self.response(task.document(), order, reader, deadline, task.is_wanted)

    def reader(self, order: Order) -> Reader:
        """Return what reads as ordered; see `reader_for`."""
        model, kind, language = order.model, order.only, order.language
        return reader_for(self.models, "page", model, kind, language, order.alternatives)

    def response(
        self,
        data: bytes,
        order: Order,
        reader: Reader,
        deadline: float,
        is_wanted: Callable[[], bool] = lambda: True,
    ) -> Rendered:
        """Read a document as ordered and return the response; see `DocumentReader.read`."""
        picture = PICTURE_LIMITS.get(order.format)
        pages = self.documents.read(data, order.numbers, reader, deadline, is_wanted, picture)
        most = self.documents.config.max_response_bytes
        return render_document(pages, order.count, reader, order.format, most)


def blueprint(service: DocumentService, runner: JobRunner | None) -> Blueprint:
    """Return the routes, bound to `service`; `runner` does the jobs."""
    routes = Blueprint("documents", __name__)

    @routes.post("/v1/documents")
    def recognize() -> Response:
        check_parameters(request, "pages", "model", "only", "language", "alternatives", "format")
        order, later = _order(), _prefers_later()
        reader = service.reader(order)
        g.headers |= model_headers(reader)
        if later and service.jobs is None:
            abort(501, _OFF)
        with service.documents.admission.place():  # so that the body of a refused request is not read
            data = receive_document(request)
            deadline = float(g.started) + service.documents.config.request_timeout
            count, numbers = service.documents.wanted(data, request.args.get("pages"), deadline)
            check_format(order.format, numbers)
            g.charge(len(numbers) - 1)  # one request was counted already
            order = replace(order, count=count, numbers=numbers)
            if later and service.jobs is not None:
                return _accepted(service.jobs.submit(data, order), runner)
            return _sent(service.response(data, order, reader, deadline))

    @routes.get("/v1/jobs/<job>")
    def job_result(job: str) -> Response:
        check_parameters(request)
        state = None if service.jobs is None else service.jobs.state(job)
        if service.jobs is None or state is None:
            raise NotFound(_UNKNOWN)
        if state != "done":
            return _status(job, state)
        try:
            return _sent(service.jobs.result(job))
        except FileNotFoundError:
            raise NotFound(_UNKNOWN) from None

    @routes.delete("/v1/jobs/<job>")
    def remove_job(job: str) -> Response:
        check_parameters(request)
        if service.jobs is None or service.jobs.state(job) is None:
            raise NotFound(_UNKNOWN)
        service.jobs.remove(job)
        return Response(status=204)

    return routes


def _order() -> Order:
    """Return how the request wants its document to be read; which pages is not known yet."""
    model, kind, language = request.args.get("model"), kind_of(request), language_of(request)
    return Order(0, [], format_of(request), model, kind, language, alternatives_of(request))


def _prefers_later() -> bool:
    """Tell whether the header Prefer (RFC 7240) asks for a response before the work is done."""
    values = ",".join(request.headers.getlist("Prefer")).split(",")
    return any(value.partition(";")[0].strip().lower() == "respond-async" for value in values)


def _accepted(job: str, runner: JobRunner | None) -> Response:
    if runner is not None:
        runner.wake()
    response = _status(job, "waiting")
    response.headers["Location"] = url_for("documents.job_result", job=job)
    response.headers["Preference-Applied"] = "respond-async"
    return response


def _status(job: str, state: str) -> Response:
    response = jsonify({"job": job, "state": state})
    response.status_code = 202
    response.headers["Retry-After"] = str(RETRY_AFTER_S)
    return response


def _sent(result: Rendered) -> Response:
    response = Response(result.body, result.status, content_type=result.content_type)
    if result.status == 503:
        response.headers["Retry-After"] = str(RETRY_AFTER_S)
    return response
