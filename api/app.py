"""The WSGI application: `python api/app.py` to try it out, `tasks/serve.sh` to serve it with gunicorn."""

import io
import os
from dataclasses import replace
from pathlib import Path
from typing import IO

from flask import Flask, Request

from api import errors, logs, middleware
from api.admission import Admission
from api.config import ApiConfig
from api.decoder_process import DecoderProcess
from api.documents.jobs import Jobs
from api.documents.reading import MAX_FILE_PAGES, DocumentReader
from api.documents.runner import JobRunner
from api.fetching.image_url import ImageUrlLoader
from api.fine_tuning.teacher import Teacher
from api.metrics import Metrics
from api.models import Models, load_models
from api.recognition import Recognizer
from api.routes import documents, fine_tuning, pages, predict, service, web
from api.routes.documents import DocumentService
from api.routes.predict import Loader, Service
from api.sharing import workers
from text_recognizer.errors import ConfigError

DECODER = "decoder"  # in `app.extensions`: the process to close when an application ends before its worker
SPARE_FORM_PARTS = 10  # fields of a form that may accompany the images of the largest batch


class MemoryRequest(Request):
    """A request whose uploaded files stay in memory, since the service may have no disk to write to.

    ```python
    import io

    from api.app import MemoryRequest

    request = MemoryRequest.from_values(method="POST", data={"image": (io.BytesIO(b"..."), "page.png")})
    print(request.files["image"].read())
    ```
    """

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return io.BytesIO()


def create_app(
    config: ApiConfig | None = None,
    recognizer: Recognizer | None = None,
    image_url_loader: Loader | None = None,
    models: Models | None = None,
) -> Flask:
    """Build the application.

    Args:
        config: Configuration; default: read from the environment.
        recognizer: Reads pages and lines, and is the only model; default: `models`.
        image_url_loader: Fetches the image of `image_url` if the configuration allows it; default: an
            `ImageUrlLoader`.
        models: What can be read with; default: the shipped models and those of the configuration.

    Raises:
        ConfigError: If a variable of the environment is unknown or invalid, or a folder cannot be used.
        ArtifactError: If a shipped model is missing or damaged.
    """
    config = config or ApiConfig.from_environment(os.environ)
    if models is None:
        models = _models(config) if recognizer is None else Models((recognizer,))
    metrics = Metrics(models)
    admission = Admission(config.queue_size, metrics.observe_queue, workers.current)
    app = Flask(logs.LOGGER, static_folder=None)
    app.request_class = MemoryRequest
    app.config["MAX_CONTENT_LENGTH"] = config.max_content_length
    app.config["MAX_FORM_PARTS"] = max(config.max_batch, config.max_pages) + SPARE_FORM_PARTS
    app.json.sort_keys = False  # type: ignore[attr-defined]  # only Flask's default provider has it
    errors.register(app)
    middleware.register(app, config, metrics)
    loader = (image_url_loader or _image_url_loader(config)) if config.image_url else None
    decoder = _decoder(config) if config.decoder_process else None
    if decoder is not None:
        app.extensions[DECODER] = decoder
    recognition = Service(
        config, models, admission, metrics, loader, None if decoder is None else decoder.decode
    )
    app.register_blueprint(predict.blueprint(recognition))
    reader = DocumentReader(config, admission, metrics, decoder)
    _add_documents(app, models, reader)
    app.register_blueprint(pages.blueprint(reader))
    most = config.fine_tuning_models
    app.register_blueprint(fine_tuning.blueprint(_teacher(config), models.learned, admission, most))
    app.register_blueprint(service.blueprint(models, metrics))
    app.register_blueprint(web.blueprint(config))
    return app


def _models(config: ApiConfig) -> Models:
    return load_models(config.models, config.threads, learned=config.fine_tuning_folder is not None)


def _teacher(config: ApiConfig) -> Teacher | None:
    """Return what teaches models; None if that is switched off."""
    if config.fine_tuning_folder is None:
        return None
    try:
        return Teacher(Path(config.fine_tuning_folder), config.fine_tuning_minutes)
    except OSError as error:
        raise ConfigError(
            f"The folder of fine-tuning, {config.fine_tuning_folder!r}, cannot be used: {error}."
        ) from error


def _decoder(config: ApiConfig) -> DecoderProcess:
    limits = replace(config.image_limits, max_pages=MAX_FILE_PAGES)
    return DecoderProcess(limits, documents=True)


def _add_documents(app: Flask, models: Models, reader: DocumentReader) -> None:
    """Add the routes of documents, and start the thread that does their jobs if they are switched on."""
    config = reader.config
    if config.jobs_folder is None:
        app.register_blueprint(documents.blueprint(DocumentService(models, reader), None))
        return
    most = config.max_response_bytes
    try:
        jobs = Jobs(
            Path(config.jobs_folder), config.max_jobs, config.job_seconds, most, reader.metrics.observe_job
        )
    except OSError as error:
        raise ConfigError(
            f"The folder of the jobs, {config.jobs_folder!r}, cannot be used: {error}."
        ) from error
    reader.metrics.watch_jobs(jobs.counts)
    service = DocumentService(models, reader, jobs)
    runner = JobRunner(app, jobs, service.work)
    app.register_blueprint(documents.blueprint(service, runner))
    runner.start()


def _image_url_loader(config: ApiConfig) -> ImageUrlLoader:
    # Half of a request's time limit; the other half is left for waiting and recognizing.
    timeout = config.request_timeout / 2
    return ImageUrlLoader(config.image_url_hosts, config.image_limits.max_bytes, timeout, config.s3)


def main() -> None:
    """Serve with Flask's development server; tasks/serve.sh runs gunicorn."""
    config = ApiConfig.from_environment(os.environ)
    logs.configure(config.log_json)
    create_app(config).run(config.host, config.port)


if __name__ == "__main__":
    main()
