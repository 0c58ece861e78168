"""The WSGI application: `python api/app.py`, or `gunicorn 'api.app:create_app()'`."""

import os
from collections.abc import Callable

from flask import Flask

from api import errors
from api.config import ApiConfig
from api.routes import Recognizer, blueprint
from text_recognizer import ParagraphTextRecognizer


def create_app(
    config: ApiConfig | None = None,
    recognizer: Recognizer | None = None,
    image_url_loader: Callable[[str], bytes] | None = None,
) -> Flask:
    """Build the application.

    Args:
        config: Settings; default: those of the environment.
        recognizer: Reads pages; default: the shipped models, loaded here.
        image_url_loader: Fetches `image_url`.

    Raises:
        ConfigError: If the environment holds a bad setting.
        ArtifactError: If a shipped model is missing or damaged.
    """
    config = config or ApiConfig.from_environment(os.environ)
    recognizer = recognizer or ParagraphTextRecognizer()
    app = Flask("text_recognizer_api", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = config.max_content_length
    app.config["MAX_FORM_PARTS"] = 10
    app.json.sort_keys = False  # type: ignore[attr-defined]  # a setting of Flask's default provider
    errors.register(app)
    app.register_blueprint(blueprint(config, recognizer, image_url_loader))
    return app


def main() -> None:
    """Serve with Flask's own server, for trying out; tasks/serve.sh runs gunicorn."""
    config = ApiConfig.from_environment(os.environ)
    create_app(config).run(config.host, config.port)


if __name__ == "__main__":
    main()
