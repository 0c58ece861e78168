"""Routes about the service itself: health, metrics, documentation, models."""

from pathlib import Path

from flask import Blueprint, Response, request

from api.metrics import CONTENT_TYPE, Metrics
from api.models import Models
from api.responses import Json, check_parameters, model_json
from api.routes import documentation

OPENAPI = Path(__file__).parents[1] / "openapi.json"


def blueprint(models: Models, metrics: Metrics) -> Blueprint:
    """Return the routes, bound to the models and metrics."""
    routes = Blueprint("service", __name__)
    openapi = OPENAPI.read_text(encoding="utf-8")
    page, policy = documentation.page(openapi)

    @routes.get("/livez")
    def live() -> Json:
        return {"status": "ok"}

    @routes.get("/readyz")
    def ready() -> Json:
        # The models are loaded before the application is created, so there is nothing to wait for.
        return {"status": "ok"}

    @routes.get("/metrics")
    def prometheus() -> Response:
        return Response(metrics.exposition(), content_type=CONTENT_TYPE)

    @routes.get("/openapi.json")
    def specification() -> Response:
        return Response(openapi, content_type="application/json")

    @routes.get("/docs")
    def docs() -> Response:
        return Response(
            page, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": policy}
        )

    @routes.get("/v1/models")
    def list_models() -> Json:
        check_parameters(request)
        learned = models.learned.artifacts() if models.learned else []
        return {"models": [model_json(artifact) for artifact in [*models.artifacts, *learned]]}

    return routes
