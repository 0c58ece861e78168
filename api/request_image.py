"""The image within a request, whichever way it was sent."""

from flask import Request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from text_recognizer.errors import InvalidInputError
from text_recognizer.image import Gray, load_data_uri, load_image

_WAYS = (
    'application/json with {"image": "data:image/png;base64,..."}, multipart/form-data with a file, '
    "or the image itself as image/png, image/jpeg, ..."
)


def read_image(request: Request) -> Gray:
    """Return the grey values (H, W) uint8 of the image that `request` carries.

    Raises:
        InvalidInputError: If the image is missing or cannot be read, see `load_image`.
        UnsupportedMediaType: If the body is of another type.
        RequestEntityTooLarge: If the body exceeds the limit.
    """
    kind = request.mimetype
    if request.is_json:
        return load_data_uri(_from_json(request))
    if kind == "multipart/form-data":
        return load_image(_from_form(request))
    if kind.startswith("image/") or kind == "application/octet-stream":
        return load_image(request.get_data(cache=False))
    raise UnsupportedMediaType(
        f"Expected {_WAYS}; received Content-Type {kind!r}. Set the header to fit the body."
    )


def _from_json(request: Request) -> str:
    try:
        body = request.get_json()
    except (BadRequest, RecursionError) as error:
        raise InvalidInputError(
            "Expected a JSON object; received text that is not JSON. Check quotes and commas."
        ) from error
    image = body.get("image") if isinstance(body, dict) else None
    if not isinstance(image, str):
        raise InvalidInputError(
            'Expected the JSON object {"image": "data:image/png;base64,..."}; received '
            f"{_describe(body)}. Put the data URI of the image under the key image."
        )
    return image


def _describe(body: object) -> str:
    if not isinstance(body, dict):
        return f"a {type(body).__name__}"
    if "image" in body:
        return f"a {type(body['image']).__name__} as image"
    return f"the keys {sorted(map(str, body))[:8]}"


def _from_form(request: Request) -> bytes:
    files = request.files
    file = files.get("image", next(iter(files.values()), None))
    if file is None:
        raise InvalidInputError(
            f"Expected a file in the form, best in the field image; received the fields "
            f"{sorted(request.form)[:8]}. Send it as a file: curl -F image=@page.png"
        )
    return bytes(file.read())
