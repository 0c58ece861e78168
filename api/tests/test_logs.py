import json
import logging
import sys
import weakref

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


@pytest.mark.parametrize("as_json", [True, False])
def test_lines_of_the_service_go_to_stderr_in_the_form_asked_for(
    as_json: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    logger = logging.getLogger(logs.LOGGER)
    monkeypatch.setattr(logger, "handlers", logger.handlers)
    monkeypatch.setattr(logging.root, "handlers", logging.root.handlers)
    monkeypatch.setattr(logger, "propagate", logger.propagate)
    # A new configuration closes all handlers, and one of TensorFlow's closes the stderr of the tests.
    monkeypatch.setattr(logging, "_handlerList", [])
    monkeypatch.setattr(logging, "_handlers", weakref.WeakValueDictionary())
    level = logging.root.level
    try:
        logs.configure(as_json)
        logger.info("ready")
        logging.getLogger("gunicorn.access").info("GET /")
    finally:
        logging.root.setLevel(level)
    printed = capsys.readouterr().err
    assert printed.count("\n") == 1
    assert (json.loads(printed)["message"] == "ready") if as_json else printed.endswith("INFO ready\n")
