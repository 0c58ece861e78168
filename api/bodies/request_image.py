"""The images or the document in a request, however they were sent; they are not decoded here."""

from flask import Request
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from api.bodies.json_images import Body, image_in, images_in
from api.bodies.received import ReceivedBody
from api.recognition import Source
from text_recognizer.errors import InvalidInputError

_BODIES = (
    'application/json with {"image": "data:image/png;base64,..."}, multipart/form-data with a file, '
    "or the image itself as image/png, image/jpeg, ..."
)
_BATCH_BODIES = (
    'application/json with {"images": ["data:image/png;base64,...", ...]} or multipart/form-data with files'
)
_DOCUMENT_BODIES = (
    "the document itself as application/pdf, image/tiff, ... or multipart/form-data with a file"
)
_SHOWN_FIELDS = 8  # in a message: enough to recognize the form
_FORM = "multipart/form-data"


def receive(request: Request, batch: bool = False) -> None:
    """Receive the whole body, so that nobody's turn to recognize is spent on waiting for a slow client.

    Args:
        request: The request.
        batch: Whether it may have several images.

    Raises:
        UnsupportedMediaType: If the body is of another type than an image is sent in.
        RequestEntityTooLarge: If the body exceeds the limit.
    """
    kind = request.mimetype
    raw = kind.startswith("image/") or kind == "application/octet-stream"
    if not (request.is_json or kind == _FORM or (raw and not batch)):
        raise UnsupportedMediaType(
            f"Expected {_BATCH_BODIES if batch else _BODIES}; received Content-Type {kind!r}. "
            "Set the header that fits the body."
        )
    _body(request)


def image_of(request: Request) -> Source:
    """Return the image in a request whose body is received.

    Raises:
        InvalidInputError: If it has no image.
        RequestEntityTooLarge: If a form has too many parts.
    """
    if request.is_json:
        return image_in(_body(request))
    if request.mimetype == _FORM:
        return _files(request, "the field image (curl -F image=@page.png)")[0]
    return bytes(_body(request))


def images_of(request: Request, most: int) -> list[Source]:
    """Return the images of a batch whose body is received, 1 to `most`, in their order.

    Raises:
        InvalidInputError: If there are none or too many, or the list contains anything but strings.
        RequestEntityTooLarge: If a form has too many parts.
    """
    if request.is_json:
        return list(images_in(_body(request), most))
    images = _files(request, "one field each (curl -F images=@1.png -F images=@2.png)")
    if len(images) > most:
        raise InvalidInputError(
            f"Expected at most {most} images; received {len(images)}. Split them into several requests."
        )
    return list(images)


def receive_document(request: Request) -> bytes:
    """Receive a document, however it was sent.

    Raises:
        UnsupportedMediaType: If the body is of another type than a document is sent in.
        InvalidInputError: If a form has no file, or several.
        RequestEntityTooLarge: If the body exceeds the limit, or the form has too many parts.
    """
    kind = request.mimetype
    if kind == _FORM:
        _body(request)
        files = _files(request, "the field document (curl -F document=@letter.pdf)")
        if len(files) > 1:
            raise InvalidInputError(
                f"Expected one document; received {len(files)}. Send one after the other."
            )
        return files[0]
    if not (kind.startswith("image/") or kind in ("application/pdf", "application/octet-stream")):
        raise UnsupportedMediaType(
            f"Expected {_DOCUMENT_BODIES}; received Content-Type {kind!r}. Set the header that fits the body."
        )
    return bytes(_body(request))


def receive_results(request: Request) -> tuple[bytes, list[bytes]]:
    """Receive results that are sent back: the file of the field document, those of the fields image.

    Raises:
        UnsupportedMediaType: If the body is no form.
        InvalidInputError: If the form has no such file.
        RequestEntityTooLarge: If the body exceeds the limit, or the form has too many parts.
    """
    best = "the field document (curl -F document=@result.json)"
    if request.mimetype != _FORM:
        raise UnsupportedMediaType(
            f"Expected {_FORM} with {best}; received Content-Type {request.mimetype!r}."
        )
    _body(request)
    files = _named_files(request, best)
    documents = [file.read() for name, file in files if name == "document"]
    if len(documents) != 1:
        raise InvalidInputError(f"Expected one file in {best}; received {len(documents)}.")
    return documents[0], [file.read() for name, file in files if name == "image"]


def _body(request: Request) -> Body:
    """Return the body; gunicorn's worker has it in memory already."""
    stream = request.environ["wsgi.input"]
    return stream.content() if isinstance(stream, ReceivedBody) else request.get_data()


def _files(request: Request, best: str) -> list[bytes]:
    """Return the files of a form, those of the field image first; `best` is the recommended field."""
    return [file.read() for _, file in _named_files(request, best)]


def _named_files(request: Request, best: str) -> list[tuple[str, FileStorage]]:
    """Return the fields and files of a form, those of the field image first.

    Args:
        request: The request.
        best: The recommended field, for the message.
    """
    try:
        files = sorted(request.files.items(multi=True), key=lambda item: item[0] != "image")
    except RequestEntityTooLarge as error:
        raise RequestEntityTooLarge(
            f"The form is too large: expected at most {request.max_form_parts} fields, and at most "
            f"{request.max_form_memory_size or 0:,} bytes in those that are no files. "
            "Send nothing but the images, as files."
        ) from error
    if not files:
        fields = sorted(map(str, request.form))  # werkzeug calls a part without a readable name None
        raise InvalidInputError(
            f"Expected a file in the form, preferably in {best}; received the fields "
            f"{fields[:_SHOWN_FIELDS]} without a file."
        )
    return files
