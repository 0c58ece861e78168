"""The images in a request, however they were sent; they are not decoded here."""

from typing import Any

from flask import Request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from api.recognition import Source
from text_recognizer.errors import InvalidInputError

_BODIES = (
    'application/json with {"image": "data:image/png;base64,..."}, multipart/form-data with a file, '
    "or the image itself as image/png, image/jpeg, ..."
)
_BATCH_BODIES = (
    'application/json with {"images": ["data:image/png;base64,...", ...]} or multipart/form-data with files'
)
_JSON_TYPES = {
    dict: "an object",
    list: "a list",
    str: "a string",
    int: "a number",
    float: "a number",
    bool: "a boolean",
    type(None): "null",
}
_SHOWN = 8  # names of keys or fields in a message: enough to recognize the request


def image_of(request: Request) -> Source:
    """Return the image in `request`.

    Raises:
        InvalidInputError: If it has no image.
        UnsupportedMediaType: If the body is of another type.
        RequestEntityTooLarge: If the body exceeds the limit.
    """
    kind = request.mimetype
    if request.is_json:
        return _data_uri(_json(request), "image")
    if kind == "multipart/form-data":
        return _files(request, "the field image (curl -F image=@page.png)")[0]
    if kind.startswith("image/") or kind == "application/octet-stream":
        return request.get_data(cache=False)
    raise UnsupportedMediaType(
        f"Expected {_BODIES}; received Content-Type {kind!r}. Set the header that fits the body."
    )


def images_of(request: Request, most: int) -> list[Source]:
    """Return the images of a batch, 1 to `most`, in their order.

    Raises:
        InvalidInputError: If there are none or too many, or the list contains anything but strings.
        UnsupportedMediaType: If the body is of another type.
        RequestEntityTooLarge: If the body exceeds the limit.
    """
    images: list[Source]
    if request.is_json:
        images = list(_data_uris(_json(request)))
    elif request.mimetype == "multipart/form-data":
        images = list(_files(request, "one field each (curl -F images=@1.png -F images=@2.png)"))
    else:
        raise UnsupportedMediaType(
            f"Expected {_BATCH_BODIES}; received Content-Type {request.mimetype!r}. "
            "Set the header that fits the body."
        )
    if len(images) > most:
        raise InvalidInputError(
            f"Expected at most {most} images; received {len(images)}. Split them into several requests."
        )
    return images


def _json(request: Request) -> Any:
    try:
        return request.get_json()
    except (BadRequest, RecursionError) as error:
        raise InvalidInputError(
            "The body is not JSON, although its Content-Type says so. Check quotes and commas."
        ) from error


def _data_uri(body: Any, key: str) -> str:
    image = body.get(key) if isinstance(body, dict) else None
    if not isinstance(image, str):
        raise InvalidInputError(
            'Expected the JSON object {"image": "data:image/png;base64,..."}; received '
            f"{_describe(body, key)}. Put the data URI of the image under the key image."
        )
    return image


def _data_uris(body: Any) -> list[str]:
    images = body.get("images") if isinstance(body, dict) else None
    if not isinstance(images, list) or not images or not all(isinstance(each, str) for each in images):
        raise InvalidInputError(
            'Expected the JSON object {"images": ["data:image/png;base64,...", ...]}; received '
            f"{_describe(body, 'images')}. Put a list of data URIs under the key images."
        )
    return images


def _describe(body: Any, key: str) -> str:
    if not isinstance(body, dict):
        return _JSON_TYPES[type(body)]
    if key not in body:
        return f"the keys {sorted(map(str, body))[:_SHOWN]}"
    value = body[key]
    if isinstance(value, list) and value:
        return f"{key} with {', '.join(sorted({_JSON_TYPES[type(each)] for each in value}))}"
    return f"{key} as {'an empty list' if value == [] else _JSON_TYPES[type(value)]}"


def _files(request: Request, best: str) -> list[bytes]:
    """Return the files of a form, those of the field image first.

    Args:
        request: The request.
        best: The recommended field, for the message.
    """
    files = sorted(request.files.items(multi=True), key=lambda item: item[0] != "image")
    if not files:
        fields = sorted(map(str, request.form))  # werkzeug calls a part without a readable name None
        raise InvalidInputError(
            f"Expected a file in the form, preferably in {best}; received the fields {fields[:_SHOWN]} "
            "without a file."
        )
    return [file.read() for _, file in files]
