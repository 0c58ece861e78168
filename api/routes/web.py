"""The web page at `/` and its files; all come from this server, and no script or style is inline."""

import hashlib
from html import escape
from pathlib import Path
from string import Template

from flask import Blueprint, Response, abort, jsonify, request

from api.config import ApiConfig
from text_recognizer.formats import ALL_FORMATS, Format, PictureFormat
from text_recognizer.predictions.languages import LANGUAGE_CHOICES
from text_recognizer.version import __version__

FOLDER = Path(__file__).parents[1] / "web"
INDEX = "index.html"

# Nothing is loaded from elsewhere; blob: are the pictures that the visitor chooses. With Trusted Types the
# browser refuses to turn text, such as a recognized "<script>", into markup.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), clipboard-read=(self), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
# Stated here because the tables of operating systems differ; files of other types are not served.
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
}


# Formats and languages that are not named here are shown under their own name.
_FORMAT_NAMES = {
    "text": "Plain text",
    "markdown": "Markdown",
    "json": "JSON",
    "jsonl": "JSON Lines",
    "tsv": "TSV",
    "hocr": "hOCR",
    "alto": "ALTO XML",
    "page": "PAGE XML",
    "pdf": "Searchable PDF",
    "png": "Picture with frames",
}
_LANGUAGE_NAMES = {"auto": "English or French", "en": "English", "fr": "French", "none": "another language"}


def blueprint(config: ApiConfig) -> Blueprint:
    """Return the routes of the page; its files are read once, here.

    `/` is the page for browsers and a JSON index for all other clients. The address of the files contains a
    hash of all of them, so that caches can keep them for ever and never mix two versions.
    """
    routes = Blueprint("web", __name__)
    files = {path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in _paths()}
    version = _hash(files)
    page = _page(files[INDEX], version, config)

    @routes.get("/")
    def index() -> Response:
        if request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html":
            response = Response(page, content_type=_TYPES[".html"], headers=_HEADERS)
        else:
            response = jsonify(name="text_recognizer", version=__version__, predict="POST /v1/predict")
        response.headers["Cache-Control"] = "no-cache"
        response.vary.add("Accept")
        return response

    @routes.get(f"/assets/{version}/<path:name>")
    def asset(name: str) -> Response:
        if name not in files or name == INDEX:
            abort(404)
        response = Response(files[name], content_type=_TYPES[Path(name).suffix], headers=_HEADERS)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response

    return routes


def _paths() -> list[Path]:
    return sorted(path for path in FOLDER.rglob("*") if path.suffix in _TYPES)


def _hash(files: dict[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name, content in files.items():
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:16]


def _page(html: bytes, version: str, config: ApiConfig) -> str:
    limits = config.image_limits
    return Template(html.decode()).substitute(
        version=version,
        max_bytes=limits.max_bytes,
        max_pixels=limits.max_pixels,
        max_side=limits.max_side,
        teaching="" if config.fine_tuning_folder is None else f"{config.fine_tuning_minutes:g}",
        formats="\n".join(_option(name, each) for name, each in ALL_FORMATS.items()),
        languages="\n".join(
            f'{10 * " "}<option value="{choice}">{escape(_LANGUAGE_NAMES.get(choice, choice))}</option>'
            for choice in LANGUAGE_CHOICES
        ),
    )


def _option(name: str, format_: Format | PictureFormat) -> str:
    """Return a format as a choice of the page, with what the page must know about it."""
    flags = " data-one-page" if format_.one_page else ""
    flags += " data-binary" if isinstance(format_, PictureFormat) else ""
    label = escape(_FORMAT_NAMES.get(name, name))
    return f'{16 * " "}<option value="{name}" data-suffix="{format_.suffix}"{flags}>{label}</option>'
