"""Log lines, as text for people or as JSON objects for machines."""

import json
import logging
import logging.config
from datetime import UTC, datetime
from typing import Any

LOGGER = "text_recognizer_api"


class JsonFormatter(logging.Formatter):
    """Writes a record as one JSON object: time, level, logger, message, process, fields and exception.

    ```python
    import logging

    from api.logs import JsonFormatter

    record = logging.makeLogRecord({"msg": "ready", "levelname": "INFO", "fields": {"workers": 2}})
    print(JsonFormatter().format(record))
    ```
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as a JSON object on one line; its attribute `fields` adds keys to the object."""
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


class TextFormatter(logging.Formatter):
    r"""Writes a record as one line, and its exception as indented lines behind it.

    What a client sent, such as its address, cannot begin a line nor control a terminal: characters that are
    not printable are escaped.

    ```python
    import logging

    from api.logs import TextFormatter

    print(TextFormatter().format(logging.makeLogRecord({"msg": "GET %s", "args": ("/a\x1b[31m",)})))
    ```
    """

    def __init__(self) -> None:
        """Write time, process, level and message."""
        super().__init__("%(asctime)s [%(process)d] %(levelname)s %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 # the name is logging's
        """Return the line of a record."""
        return _printable(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:  # noqa: N802 # likewise
        """Return the lines of an exception; none of them can be taken for the line of a record."""
        return "\n".join(f"  {_printable(line)}" for line in super().formatException(ei).split("\n"))

    def formatStack(self, stack_info: str) -> str:  # noqa: N802 # likewise
        """Return the lines of a stack."""
        return "\n".join(f"  {_printable(line)}" for line in stack_info.split("\n"))


def _printable(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def dict_config(as_json: bool) -> dict[str, Any]:
    """Return the argument of `logging.config.dictConfig`; all lines go to stderr."""
    own = {"level": "INFO", "handlers": ["stderr"], "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": JsonFormatter if as_json else TextFormatter}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"level": "WARNING", "handlers": ["stderr"]},
        "loggers": {
            LOGGER: own,
            "gunicorn.error": own,
            # The application logs every request itself, in more detail.
            "gunicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": False},
        },
    }


def configure(as_json: bool) -> None:
    """Configure logging in a process that is not run by gunicorn."""
    logging.config.dictConfig(dict_config(as_json))
