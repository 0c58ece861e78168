"""The service's addresses."""

from collections.abc import Callable
from typing import Any, Protocol

from flask import Blueprint, abort, request

from api.config import ApiConfig
from api.request_image import read_image
from text_recognizer import PagePrediction, __version__
from text_recognizer.errors import InvalidInputError
from text_recognizer.image import Gray, load_image

Json = dict[str, Any]


class Recognizer(Protocol):
    """What the service needs of `ParagraphTextRecognizer`; called from several threads at once."""

    def predict(self, image: Gray, /) -> PagePrediction:
        """Return the text of the page (H, W) uint8."""


def blueprint(
    config: ApiConfig, recognizer: Recognizer, image_url_loader: Callable[[str], bytes] | None = None
) -> Blueprint:
    """Return the routes, bound to their settings and recognizer."""
    routes = Blueprint("text_recognizer", __name__)

    @routes.get("/")
    def index() -> Json:
        return {"name": "text_recognizer", "version": __version__, "predict": "POST /v1/predict"}

    @routes.get("/livez")
    def live() -> Json:
        return {"status": "ok"}

    @routes.get("/readyz")
    def ready() -> Json:
        # The models are loaded before the application exists.
        return {"status": "ok"}

    @routes.post("/v1/predict")
    def predict() -> Json:
        return _answer(recognizer.predict(read_image(request)))

    @routes.get("/v1/predict")
    def predict_url() -> Json:
        if image_url_loader is None:
            abort(403, "Fetching image_url is switched off on this server; POST the image instead.")
        url = request.args.get("image_url")
        if not url:
            raise InvalidInputError(
                "Expected ?image_url=https://...; received none. Add it, or POST the image."
            )
        return _answer(recognizer.predict(load_image(image_url_loader(url))))

    return routes


def _answer(page: PagePrediction) -> Json:
    lines = [line.to_dict() for line in page.lines]
    return {"pred": page.text, "conf": page.confidence, "lines": lines}
