"""The response to a prediction, in the format that the client asks for."""

import json
from dataclasses import replace
from typing import Any

from flask import Request, Response
from werkzeug.exceptions import NotAcceptable

from api.models import Models
from api.pictures import draw_pages
from api.recognition import MODES, Mode, Reader, Reading
from text_recognizer.errors import InvalidInputError
from text_recognizer.formats import ALL_FORMATS, FORMATS, Format
from text_recognizer.inference.artifacts import Artifact
from text_recognizer.predictions.languages import LANGUAGE_CHOICES, LanguageChoice
from text_recognizer.predictions.page_review import only_lines
from text_recognizer.predictions.types import LINE_KINDS, LineKind

Json = dict[str, Any]

MAX_ALTERNATIVES = 10  # the search keeps some twenty texts; those behind the tenth are hardly ever right
_WITH_ALTERNATIVES = ("json", "jsonl")  # the formats that hold them


def check_parameters(request: Request, *known: str) -> None:
    """Refuse unknown parameters: a misspelt one would silently have no effect.

    Raises:
        InvalidInputError: If the query has an unknown parameter, or the same one twice.
    """
    for name, values in request.args.lists():
        if name not in known:
            expected = ", ".join(known) or "none"
            raise InvalidInputError(f"Expected the parameters {expected}; received {name!r}.")
        if len(values) > 1:
            raise InvalidInputError(f"Expected one {name}; received {len(values)}.")


def reader_of(request: Request, models: Models) -> Reader:
    """Return what reads in `?mode=` (default: `page`) by `?model=` (default: the first model for that mode).

    With `?only=`, it leaves out lines of the other kind; `?language=` says what they are written in,
    `?alternatives=` how many texts of each line to tell.

    Raises:
        InvalidInputError: If a parameter has another value than it may have, or the process has no such model
            for the mode.
    """
    model, kind, language = request.args.get("model"), kind_of(request), language_of(request)
    return reader_for(models, _mode_of(request), model, kind, language, alternatives_of(request))


def reader_for(
    models: Models,
    mode: Mode,
    model: str | None,
    kind: LineKind | None,
    language: LanguageChoice,
    alternatives: int,
) -> Reader:
    """Return what reads in a mode by the named model, or by the first one for it; lines of one kind, or all.

    Raises:
        UnknownModelError: If the process has no such model for the mode.
        InvalidInputError: If a language or alternatives are asked for that it does not have, see
            `Models.reader`.
    """
    reader = models.reader(mode, model, language, alternatives)
    if kind is None:
        return reader
    return replace(reader, predict=lambda image, budget: only_lines(reader.predict(image, budget), kind))


def _mode_of(request: Request) -> Mode:
    given = request.args.get("mode", MODES[0])
    for mode in MODES:
        if mode == given:
            return mode
    raise InvalidInputError(f"Expected ?mode= with one of {', '.join(MODES)}; received {given!r}.")


def kind_of(request: Request) -> LineKind | None:
    """Return the kind of lines that `?only=` asks for; None for all.

    Raises:
        InvalidInputError: If it is none of `LINE_KINDS`.
    """
    given = request.args.get("only")
    for kind in LINE_KINDS:
        if kind == given:
            return kind
    if given is not None:
        raise InvalidInputError(f"Expected ?only= with one of {', '.join(LINE_KINDS)}; received {given!r}.")
    return None


def language_of(request: Request) -> LanguageChoice:
    """Return the language that `?language=` names; by default the one that explains the page best.

    Raises:
        InvalidInputError: If it is none of `LANGUAGE_CHOICES`.
    """
    given = request.args.get("language", "auto")
    for choice in LANGUAGE_CHOICES:
        if choice == given:
            return choice
    raise InvalidInputError(
        f"Expected ?language= with one of {', '.join(LANGUAGE_CHOICES)}; received {given!r}."
    )


def alternatives_of(request: Request) -> int:
    """Return how many texts of each line `?alternatives=` asks for; 0 = only the best one.

    Raises:
        InvalidInputError: If it is no number from 1 to `MAX_ALTERNATIVES`.
    """
    given = request.args.get("alternatives")
    if given is None:
        return 0
    if not (given.isascii() and given.isdigit() and len(given) < 4 and 1 <= int(given) <= MAX_ALTERNATIVES):
        raise InvalidInputError(
            f"Expected ?alternatives= with a number from 1 to {MAX_ALTERNATIVES}; received {given[:40]!r}."
        )
    return int(given)


def format_of(request: Request) -> str:
    """Return the format that `?format=` or else the header Accept asks for; `json` if neither does.

    Raises:
        InvalidInputError: If `?format=` is none of `ALL_FORMATS`, or `?alternatives=` is given for a format
            without them.
        NotAcceptable: If no format fits the header.
    """
    format_ = _format_of(request)
    if "alternatives" in request.args and format_ not in _WITH_ALTERNATIVES:
        raise InvalidInputError(
            f"The format {format_} holds no alternatives; {' and '.join(_WITH_ALTERNATIVES)} do. "
            "Ask for one of these, or leave out ?alternatives=."
        )
    return format_


def _format_of(request: Request) -> str:
    if (given := request.args.get("format")) is not None:
        if given not in ALL_FORMATS:
            raise InvalidInputError(
                f"Expected ?format= with one of {', '.join(ALL_FORMATS)}; received {given!r}."
            )
        return given
    if not request.accept_mimetypes:
        return "json"
    names = {
        ALL_FORMATS[name].media_type: name for name in sorted(ALL_FORMATS, key=lambda name: name != "json")
    }
    best = request.accept_mimetypes.best_match(names)
    if best is None:
        raise NotAcceptable(
            f"Expected the header Accept to name one of {', '.join(names)}; received "
            f"{str(request.accept_mimetypes)!r}. Omit it for JSON."
        )
    return names[best]


def render(reading: Reading, reader: Reader, format_: str, max_bytes: int) -> Response:
    """Return the response for one image.

    Args:
        reading: What was read; with its picture if the format shows it.
        reader: What read it.
        format_: A key of `ALL_FORMATS`.
        max_bytes: Size of a response that shows the image.

    Raises:
        ImageTooLargeError: If it would be larger.
    """
    body: str | bytes
    if format_ == "json":
        body = json.dumps({**as_json(reading), **models_json(reader)})
    elif reading.picture is not None:
        body = draw_pages(format_, [(reading.page, reading.picture)], max_bytes)
    else:
        body = FORMATS[format_].render(reading.page)
    return Response(body, content_type=content_type(format_))


def content_type(format_: str) -> str:
    """Return the header Content-Type of a format, a key of `ALL_FORMATS`."""
    chosen = ALL_FORMATS[format_]
    is_text = isinstance(chosen, Format) and format_ != "json"  # which has no such parameter (RFC 8259)
    return f"{chosen.media_type}; charset=utf-8" if is_text else chosen.media_type


def as_json(reading: Reading) -> Json:
    """Return a reading as a JSON object."""
    page = reading.page
    return {
        "pred": page.text,
        "conf": page.confidence,
        "language": page.language,
        "lines": [line.to_dict() for line in page.lines],
        "complete": page.complete,
        "warnings": [warning.to_dict() for warning in page.warnings],
        "mode": reading.mode,
        "width": page.width,
        "height": page.height,
    }


def models_json(reader: Reader) -> Json:
    """Return the models that were used; the detector is null except in mode `page`."""
    return {
        "model": _short(reader.model),
        "detector": None if reader.detector is None else _short(reader.detector),
    }


def model_headers(reader: Reader) -> dict[str, str]:
    """Return headers that name the models, for responses in any format."""
    headers: dict[str, str] = {}
    for key, model in models_json(reader).items():
        if model is not None:
            headers |= {f"X-{key.title()}": model["name"], f"X-{key.title()}-Sha256": model["sha256"]}
    return headers


def model_json(artifact: Artifact) -> Json:
    """Return the description of a model in the response to GET /v1/models."""
    manifest = artifact.manifest
    return {
        **_short(artifact),
        "kind": artifact.input.kind,
        "vocabulary": artifact.characters,
        "created": manifest.get("created"),
        "scores": manifest.get("scores", {}),
    }


def _short(artifact: Artifact) -> Json:
    return {"name": artifact.name, "sha256": artifact.sha256}
