"""The images within a request, whichever way it was sent; nothing is decoded here."""

from typing import Any

from flask import Request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from api.recognition import Source
from text_recognizer.errors import InvalidInputError

_WAYS = (
    'application/json with {"image": "data:image/png;base64,..."}, multipart/form-data with a file, '
    "or the image itself as image/png, image/jpeg, ..."
)
_BATCH_WAYS = (
    'application/json with {"images": ["data:image/png;base64,...", ...]} or multipart/form-data with files'
)


def image_of(request: Request) -> Source:
    """Return the image that `request` carries.

    Raises:
        InvalidInputError: If there is none.
        UnsupportedMediaType: If the body is of another type.
        RequestEntityTooLarge: If the body exceeds the limit.
    """
    kind = request.mimetype
    if request.is_json:
        return _data_uri(_json(request), "image")
    if kind == "multipart/form-data":
        return _files(request, "the field image: curl -F image=@page.png")[0]
    if kind.startswith("image/") or kind == "application/octet-stream":
        return request.get_data(cache=False)
    raise UnsupportedMediaType(
        f"Expected {_WAYS}; received Content-Type {kind!r}. Set the header to fit the body."
    )


def images_of(request: Request, most: int) -> list[Source]:
    """Return the images that a batch carries, 1 to `most`, in their order.

    Raises:
        InvalidInputError: If there is none or too many, or the list holds anything but text.
        UnsupportedMediaType: If the body is of another type.
        RequestEntityTooLarge: If the body exceeds the limit.
    """
    images: list[Source]
    if request.is_json:
        images = list(_data_uris(_json(request)))
    elif request.mimetype == "multipart/form-data":
        images = list(_files(request, "one field each: curl -F images=@1.png -F images=@2.png"))
    else:
        raise UnsupportedMediaType(
            f"Expected {_BATCH_WAYS}; received Content-Type {request.mimetype!r}. "
            "Set the header to fit the body."
        )
    if len(images) > most:
        raise InvalidInputError(
            f"Expected at most {most} images; received {len(images)}. Send them in several requests."
        )
    return images


def _json(request: Request) -> Any:
    try:
        return request.get_json()
    except (BadRequest, RecursionError) as error:
        raise InvalidInputError(
            "Expected a JSON object; received text that is not JSON. Check quotes and commas."
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
        return f"a {type(body).__name__}"
    if key not in body:
        return f"the keys {sorted(map(str, body))[:8]}"
    if isinstance(body[key], list):
        return f"a list of {sorted({type(each).__name__ for each in body[key]}) or 'nothing'} as {key}"
    return f"a {type(body[key]).__name__} as {key}"


def _files(request: Request, best: str) -> list[bytes]:
    """Return the files of a form, those of the field image first."""
    files = sorted(request.files.items(multi=True), key=lambda item: item[0] != "image")
    if not files:
        fields = sorted(map(str, request.form))  # a part without a readable name is called None
        raise InvalidInputError(
            f"Expected a file in the form, best in {best}; received the fields {fields[:8]} "
            "without a file. Send it as a file."
        )
    return [file.read() for _, file in files]
