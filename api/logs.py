"""Log lines: text for people, or one JSON object each for machines."""

import json
import logging
import logging.config
from datetime import UTC, datetime
from typing import Any

LOGGER = "text_recognizer_api"


class JsonFormatter(logging.Formatter):
    """Writes time, level, logger and message, the record's `fields` and the exception if there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as a JSON object on one line."""
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "process": record.process,
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry, default=str)


def settings(as_json: bool) -> dict[str, Any]:
    """Return what `logging.config.dictConfig` takes; everything goes to stderr."""
    text = {"format": "%(asctime)s [%(process)d] %(levelname)s %(message)s"}
    own = {"level": "INFO", "handlers": ["stderr"], "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": JsonFormatter} if as_json else text},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"level": "WARNING", "handlers": ["stderr"]},
        "loggers": {
            LOGGER: own,
            "gunicorn.error": own,
            # A line of our own per request says more.
            "gunicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": False},
        },
    }


def configure(as_json: bool) -> None:
    """Log in this form, in a process without gunicorn."""
    logging.config.dictConfig(settings(as_json))
