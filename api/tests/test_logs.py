import json
import logging
import sys
import weakref
from collections.abc import Iterator

import pytest

from api import logs


@pytest.fixture
def record() -> logging.LogRecord:
    try:
        raise ValueError("why")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "two\n%s", ("lines",), sys.exc_info())
    record.fields = {"status": 500, "path": "/a"}
    return record


def test_a_record_is_one_json_object_on_one_line(record: logging.LogRecord) -> None:
    text = logs.JsonFormatter().format(record)
    assert "\n" not in text
    entry = json.loads(text)
    assert (entry["level"], entry["logger"], entry["message"]) == ("error", "x", "two\nlines")
    assert (entry["status"], entry["path"]) == (500, "/a")
    assert "ValueError: why" in entry["exception"]
    assert entry["time"].endswith("+00:00")


def test_fields_that_json_does_not_know_become_text(record: logging.LogRecord) -> None:
    record.fields = {"client": {1}}
    assert json.loads(logs.JsonFormatter().format(record))["client"] == "{1}"


@pytest.fixture
def own_logging(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Loggers that a test may configure: what it adds, closes or changes is gone after it."""
    level = logging.root.level
    for name in (None, logs.LOGGER, "gunicorn.error", "gunicorn.access"):
        logger = logging.getLogger(name)
        monkeypatch.setattr(logger, "handlers", [])
        monkeypatch.setattr(logger, "propagate", logger.propagate)
        monkeypatch.setattr(logger, "level", logger.level)
    # A new configuration closes all handlers, and one of TensorFlow's closes the stderr of the tests.
    monkeypatch.setattr(logging, "_handlerList", [])
    monkeypatch.setattr(logging, "_handlers", weakref.WeakValueDictionary())
    yield
    monkeypatch.undo()
    logging.root.setLevel(level)  # forgets which levels the loggers let through


@pytest.mark.parametrize(
    "sent",
    [
        "/a\n2026-01-01 00:00:00,000 [1] INFO forged",
        "/\r\x1b[2J",
        "/\x00\x07\x7f\x9b31m",
        "/\u2028\u202e\u200b\ud800",
    ],
)
def test_what_a_client_sends_cannot_forge_a_line_of_text(sent: str) -> None:
    text = logs.TextFormatter().format(logging.makeLogRecord({"msg": "%s", "args": (sent,)}))
    assert text.isprintable()
    try:
        raise ValueError(sent)
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "failed", (), sys.exc_info())
    record.stack_info = sent
    first, *others = logs.TextFormatter().format(record).split("\n")
    assert first.endswith("ERROR failed")
    assert all(line.startswith("  ") and line.isprintable() for line in others)


def test_printable_text_of_any_script_stays_as_it_is() -> None:
    text = logs.TextFormatter().format(logging.makeLogRecord({"msg": "ä 中 \U0001f600 \\ x"}))
    assert text.endswith("ä 中 \U0001f600 \\ x")


@pytest.mark.usefixtures("own_logging")
@pytest.mark.parametrize("as_json", [True, False])
def test_lines_of_the_service_go_to_stderr_in_the_form_asked_for(
    as_json: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure(as_json)
    logging.getLogger(logs.LOGGER).info("ready")
    logging.getLogger("gunicorn.access").info("GET /")
    printed = capsys.readouterr().err
    assert printed.count("\n") == 1
    assert (json.loads(printed)["message"] == "ready") if as_json else printed.endswith("INFO ready\n")
