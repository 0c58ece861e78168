"""One tree of exceptions; each class knows the HTTP status that fits it.

```
TextRecognizerError                 500
├── InvalidInputError (ValueError)  400  the caller's input is at fault
│   ├── ForbiddenAddressError       403
│   ├── UnknownModelError           404
│   ├── ImageTooLargeError          413
│   ├── UnsupportedFormatError      415
│   ├── ImageDecodeError            422
│   └── TooMuchWritingError         422
├── VocabularyError (ValueError)    500  a character or label outside the vocabulary
├── ConfigError (ValueError)        500  an unknown key or a value out of range
├── ArtifactError                   500  shipped weights are missing, damaged or unfit
├── DataError                       500  a data set is missing or damaged
│   └── DownloadError               500  a file could not be fetched or verified
└── RemoteError                     502  another server, asked for an image, failed
    └── RemoteTimeoutError          504
```

Messages say what is wrong, what was expected and what to do; a part that has nothing to say is left out.
"""

DAMAGED_IMAGE = "The {} file is damaged ({}). Save or send it again."


class TextRecognizerError(Exception):
    """Base of every error that this package raises on purpose.

    ```python
    from text_recognizer import LinePredictor, TextRecognizerError

    try:
        LinePredictor(weights="unknown")
    except TextRecognizerError as error:
        print(type(error).__name__, error.http_status, error)
    ```

    Attributes:
        http_status: Status of the service's response.
    """

    http_status = 500


class InvalidInputError(TextRecognizerError, ValueError):
    """The input that a caller passed cannot be used."""

    http_status = 400


class ForbiddenAddressError(InvalidInputError):
    """The service may not fetch from this address."""

    http_status = 403


class UnknownModelError(InvalidInputError):
    """There is no model of this name for what is asked."""

    http_status = 404


class ImageTooLargeError(InvalidInputError):
    """The image exceeds the limit on bytes, pixels or side length."""

    http_status = 413


class UnsupportedFormatError(InvalidInputError):
    """The bytes are not an image of an accepted format."""

    http_status = 415


class ImageDecodeError(InvalidInputError):
    """The bytes claim to be an image but cannot be decoded."""

    http_status = 422


class TooMuchWritingError(InvalidInputError):
    """The image has more writing than may be read in the time that an image may take."""

    http_status = 422


class VocabularyError(TextRecognizerError, ValueError):
    """A character or a label is not in the vocabulary."""


class ConfigError(TextRecognizerError, ValueError):
    """A configuration has an unknown key, or a value of another type or out of range."""


class ArtifactError(TextRecognizerError):
    """A shipped model is missing, damaged or does not fit its use."""


class DataError(TextRecognizerError):
    """A data set is missing or damaged."""


class DownloadError(DataError):
    """A file could not be fetched, or its SHA-256 does not match."""


class RemoteError(TextRecognizerError):
    """Another server failed: it sent no image, or no usable response."""

    http_status = 502


class RemoteTimeoutError(RemoteError):
    """Another server took too long."""

    http_status = 504
