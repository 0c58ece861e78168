"""Settings of the service, from the environment."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from text_recognizer.errors import ConfigError

PREFIX = "TEXT_RECOGNIZER_API_"


@dataclass(frozen=True)
class ApiConfig:
    """Settings of the service.

    Attributes:
        host: Address that `python api/app.py` listens on.
        port: Its port, 1-65535.
        max_content_length: Bytes of a request's body; 12 MB hold an image of 8 MB in base64.
        image_url_loader: Fetches `image_url`; None = such requests are refused. It must raise
            `InvalidInputError` for an address it does not like, and guard against requests to
            private networks (SSRF) itself. It cannot be set from the environment.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    max_content_length: int = 12 * 2**20
    image_url_loader: Callable[[str], bytes] | None = None

    def __post_init__(self) -> None:
        """Check the ranges.

        Raises:
            ConfigError: If a value is out of range.
        """
        if not 1 <= self.port <= 65535:
            raise ConfigError(f"Expected a port of 1-65535; received {self.port}. Set {PREFIX}PORT.")
        if self.max_content_length < 1:
            raise ConfigError(
                f"Expected max_content_length of at least 1 byte; received {self.max_content_length}. "
                f"Set {PREFIX}MAX_CONTENT_LENGTH."
            )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "ApiConfig":
        """Read TEXT_RECOGNIZER_API_HOST, _PORT and _MAX_CONTENT_LENGTH; what is unset keeps its default.

        Raises:
            ConfigError: If a variable is unknown, no number or out of range.
        """
        known = ("HOST", "PORT", "MAX_CONTENT_LENGTH")
        values = {
            name.removeprefix(PREFIX): value for name, value in environment.items() if name.startswith(PREFIX)
        }
        if unknown := sorted(set(values) - set(known)):
            raise ConfigError(
                f"Expected {', '.join(PREFIX + name for name in known)}; "
                f"received {PREFIX + unknown[0]}. Unset it."
            )
        return cls(
            host=values.get("HOST", cls.host),
            port=_integer("PORT", values, cls.port),
            max_content_length=_integer("MAX_CONTENT_LENGTH", values, cls.max_content_length),
        )


def _integer(name: str, values: Mapping[str, str], default: int) -> int:
    try:
        return int(values.get(name, default))
    except ValueError:
        raise ConfigError(
            f"Expected a whole number in {PREFIX}{name}; received {values[name]!r}. Correct or unset it."
        ) from None
