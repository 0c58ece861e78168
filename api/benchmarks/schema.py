"""Sends generated requests and compares the responses with openapi.json: `python -m api.benchmarks.schema`.

The service runs in this process, with the shipped models. Valid images and documents are drawn here: what
schemathesis generates for "binary" is none, and is rightly refused.
"""

import argparse
import base64
import io
from collections import Counter
from typing import Any
from unittest import mock

import hypothesis.strategies as st
import schemathesis
from hypothesis.internal.conjecture.engine import ConjectureRunner
from PIL import Image
from schemathesis import HookContext
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from schemathesis.engine.recorder import ScenarioRecorder
from schemathesis.schemas import BaseSchema

from api.app import DECODER, create_app
from api.benchmarks.report import benchmark_parser, finish
from api.config import ApiConfig
from api.recognition import Recognizer
from text_recognizer.formats import ALL_FORMATS
from text_recognizer.tooling.command import run_command

MEDIA_TYPES = ("image/png", "image/jpeg", "image/webp", "image/tiff", "image/bmp", "image/gif")
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
    "negative_data_rejection",
    "positive_data_acceptance",
    "unsupported_method",
    "allow_header_conformance",
    "missing_required_header",
    "max_response_time",
)
WITHOUT_ALTERNATIVES = [name for name in ALL_FORMATS if name not in ("json", "jsonl")]
PAGES = ("1", "1-", "1-9", " 1, 1-2", "01")  # what every document has, in all forms of `?pages=`
MAX_RESPONSE_S = 5.0  # half of the time limit of a request
MIN_CASES = 5000  # a schema that generated fewer would leave something untried
MAX_MESSAGE_CHARACTERS = 2000  # per failure in the result


def _picture(width: int, height: int, shade: int, kind: str) -> bytes:
    buffer = io.BytesIO()
    picture = Image.new("L", (width, height), 255)
    picture.paste(shade, (width // 4, height // 4, width // 2, height // 2))
    picture.save(buffer, kind)
    return buffer.getvalue()


def _pdf(width: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("L", (width, 20), 255).save(buffer, "PDF")
    return buffer.getvalue()


def register_images() -> None:
    """Register images and documents with schemathesis, for the media types and formats of openapi.json."""
    kinds = st.sampled_from(("PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF"))
    sides = st.integers(1, 64)
    images = st.builds(_picture, sides, sides, st.integers(0, 255), kinds)
    for media_type in (*MEDIA_TYPES, "application/octet-stream"):
        schemathesis.openapi.media_type(media_type, images)
    schemathesis.openapi.media_type("application/pdf", st.integers(1, 40).map(_pdf))
    schemathesis.openapi.media_type("application/zip", st.binary(max_size=100))
    schemathesis.openapi.format("page-ranges", st.sampled_from(PAGES))
    schemathesis.openapi.format("binary", images)
    uris = images.map(lambda data: "data:image/png;base64," + base64.b64encode(data).decode())
    schemathesis.openapi.format("image-data-uri", uris)


def run(max_examples: int, recognizer: Recognizer | None = None) -> dict[str, Any]:
    """Return the number of cases and the failures.

    Args:
        max_examples: Number of random cases for each operation.
        recognizer: Reads the images; default: the shipped models.
    """
    register_images()
    names = schemathesis.checks.CHECKS.get_all_names()
    settings = {
        "generation": {"max-examples": max_examples, "mode": "all", "database": "none"},
        "checks": {
            **{name: {"enabled": name in CHECKS} for name in names},
            "max_response_time": MAX_RESPONSE_S,
            # 501 is the documented answer for what the operator has not switched on.
            "not_a_server_error": {"expected-statuses": ["2xx", "3xx", "4xx", "501"]},
        },
        "parameters": {"page": 1},  # that every document has
        # What it renders is a result in a file, of whose content the schema says nothing.
        "operations": [
            {
                "include-path": "/v1/documents/render",
                "checks": {"positive_data_acceptance": {"enabled": False}},
            }
        ],
        "seed": 1,
    }
    config = SchemathesisConfig.from_dict(settings)
    app = create_app(ApiConfig(decoder_process=True), recognizer)  # PDFs are read only with it
    try:
        # Climbing towards requests that succeed more often takes minutes where only three names can be sent.
        with mock.patch.object(ConjectureRunner, "optimise_targets"):
            return _results(schemathesis.openapi.from_wsgi("/openapi.json", app, config=config))
    finally:
        app.extensions[DECODER].close()


def _corrected(_: HookContext, case: "schemathesis.Case[Any]") -> "schemathesis.Case[Any]":
    """Make a case valid that OpenAPI allows, since it cannot say what is not."""
    query = case.query or {}
    if query.get("mode") == "word":  # words have none of the two
        query.pop("language", None)
        query.pop("alternatives", None)
    if query.get("format", "json") in WITHOUT_ALTERNATIVES:
        query.pop("alternatives", None)
    # What an accepted JSON body had under a name is tried in the field of a form of that name, as if it were
    # a file. There, the service wants the file itself, and answers anything else 415.
    if case.media_type == "multipart/form-data" and isinstance(case.body, dict):
        case.body.update({name: _file_of(value) for name, value in case.body.items()})
    return case


def _file_of(value: Any) -> Any:
    """Return the file in a data URI; any other value, and a damaged one, as it is."""
    if not (isinstance(value, str) and value.startswith("data:image/png;base64,")):
        return value
    try:
        return base64.b64decode(value.partition(",")[2], validate=True)
    except ValueError:
        return value


def _results(schema: BaseSchema) -> dict[str, Any]:
    """Send the requests; return what `run` returns."""
    schema.hook("map_case")(_corrected)
    cases: Counter[str] = Counter()
    statuses: Counter[str] = Counter()
    failures: dict[str, str] = {}
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            recorder = event.recorder
            cases[event.phase.value] += len(recorder.cases)
            responses = [each.response for each in recorder.interactions.values()]
            statuses.update(str(response.status_code) for response in responses if response)
            failures |= _failures(recorder)
        elif isinstance(event, events.NonFatalError | events.FatalError):
            failures[f"engine: {type(event).__name__}"] = str(event)[:MAX_MESSAGE_CHARACTERS]
    return {
        "cases": sum(cases.values()),
        "cases_by_phase": dict(cases),
        "statuses": dict(sorted(statuses.items())),
        "failures": failures,
    }


def _failures(recorder: ScenarioRecorder) -> dict[str, str]:
    """Return each failure and a request that shows it."""
    found = {}
    for case_id, checks in recorder.checks.items():
        case = recorder.cases[case_id].value
        for check in checks:
            if check.failure_info is not None:
                failure = check.failure_info.failure
                name = f"{case.method} {case.path}: {check.name}: {failure.title}"
                found[name] = f"{failure.message}\n{case.as_curl_command()[:500]}"
    return found


def run_benchmark(options: argparse.Namespace) -> None:
    """Measure, write the result and check the goals.

    Raises:
        MissedGoalError: If a goal was missed.
    """
    result = run(options.max_examples)
    goals = {
        f"at least {MIN_CASES:,} cases": result["cases"] >= MIN_CASES,
        "no failure": not result["failures"],
    }
    finish("schema", result, goals, options.json)


def main(arguments: list[str] | None = None) -> int:
    """Run the command."""
    parser = benchmark_parser(__doc__)
    parser.add_argument("--max-examples", type=int, default=2000, help="per operation; default: %(default)s")
    return run_command(parser, run_benchmark, arguments)


if __name__ == "__main__":
    raise SystemExit(main())
