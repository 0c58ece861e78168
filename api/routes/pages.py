"""Routes for programs that show pages and let people correct them, as the web page does."""

import io

from flask import Blueprint, Response, g, request
from PIL import Image

from api.bodies.request_image import receive_document, receive_results
from api.documents.reading import DocumentReader
from api.documents.writing import Results, write_results
from api.responses import check_parameters, format_of
from text_recognizer.errors import InvalidInputError

_JPEG_QUALITY = 92  # what is read is read from it again; below 90 thin strokes get halos


def blueprint(documents: DocumentReader) -> Blueprint:
    """Return the routes, bound to what reads documents."""
    routes = Blueprint("pages", __name__)

    @routes.post("/v1/documents/image")
    def image() -> Response:
        check_parameters(request, "page")
        page = _page_number()
        with documents.admission.place():  # so that the body of a refused request is not read
            data = receive_document(request)
            deadline = float(g.started) + documents.config.request_timeout
            count, _ = documents.wanted(data, str(page), deadline)
            pixels = documents.image(data, page, deadline)
        file = io.BytesIO()
        Image.fromarray(pixels).save(file, "JPEG", quality=_JPEG_QUALITY)
        return Response(file.getvalue(), content_type="image/jpeg", headers={"X-Page-Count": str(count)})

    @routes.post("/v1/documents/render")
    def render() -> Response:
        check_parameters(request, "format")
        format_ = format_of(request)
        with documents.admission.place():
            results = Results.parse(*receive_results(request))
            deadline = float(g.started) + documents.config.request_timeout
            with documents.admission.turn(deadline, short=True):
                most = documents.config.max_response_bytes
                written = write_results(results, format_, documents.decode, deadline, most)
        return Response(written.body, content_type=written.content_type)

    return routes


def _page_number() -> int:
    given = request.args.get("page", "1")
    if not (given.isascii() and given.isdigit() and 0 < len(given) < 7 and int(given) > 0):
        raise InvalidInputError(f"Expected ?page= with a number from 1 on; received {given!r}.")
    return int(given)
