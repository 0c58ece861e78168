"""Settings of the service, from the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from text_recognizer.errors import ConfigError
from text_recognizer.images.loading import ImageLimits

PREFIX = "TEXT_RECOGNIZER_API_"

_BOOLEANS = {"1": True, "true": True, "0": False, "false": False}


def _cores() -> int:
    # macOS has no sched_getaffinity.
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True)
class ApiConfig:
    """Settings of the service; each one's variable is TEXT_RECOGNIZER_API_ and its name in capitals.

    Attributes:
        host: Address to listen on.
        port: Its port, 1-65535.
        workers: Processes of gunicorn, each with its own models; default: one per core.
        threads: Threads of one prediction in a worker.
        queue_size: Requests that may wait in a worker for the one being recognized; more are answered 503.
        request_timeout: Seconds after which a request is answered 503.
        max_requests: Requests after which gunicorn replaces a worker, give or take a tenth; 0 = never.
        max_content_length: Bytes of a request's body. An image may have two thirds of them: base64
            adds a third, so 12 MB hold an image of 8 MB in JSON.
        max_pixels: Width times height of an image.
        max_side: Width or height of an image, in pixels.
        max_batch: Images in one request to /v1/predict/batch.
        image_url: Whether `GET /v1/predict?image_url=` fetches images.
        image_url_hosts: Host names it may fetch from; empty = any with public addresses.
        s3: Whether image_url may be s3://bucket/key.
        api_key: What clients must send as `X-API-Key` or bearer token; None = no key is needed.
        cors_origins: Origins whose pages may call the service from a browser, such as
            `https://example.org`, or `*`; empty = none.
        log_json: Whether log lines are JSON objects.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = field(default_factory=_cores)
    threads: int = 1
    queue_size: int = 5
    request_timeout: float = 10.0
    max_requests: int = 20_000
    max_content_length: int = 12 * 2**20
    max_pixels: int = 25_000_000
    max_side: int = 20_000
    max_batch: int = 16
    image_url: bool = False
    image_url_hosts: frozenset[str] = frozenset()
    s3: bool = False
    api_key: str | None = field(default=None, repr=False)
    cors_origins: frozenset[str] = frozenset()
    log_json: bool = False

    def __post_init__(self) -> None:
        """Check the ranges.

        Raises:
            ConfigError: If a value is out of range.
        """
        self._check("port", self.port <= 65535, "1-65535")
        for name in (
            "port",
            "workers",
            "threads",
            "max_content_length",
            "max_pixels",
            "max_side",
            "max_batch",
        ):
            self._check(name, getattr(self, name) >= 1, "at least 1")
        self._check("request_timeout", 0 < self.request_timeout < float("inf"), "a number of seconds above 0")
        for name in ("queue_size", "max_requests"):
            self._check(name, getattr(self, name) >= 0, "0 or more")
        self._check("api_key", self.api_key is None or self.api_key.isascii(), "ASCII characters")
        self._check("s3", self.image_url or not self.s3, "image_url on as well")

    def _check(self, name: str, fits: bool, expected: str) -> None:
        if not fits:
            received = "another" if name == "api_key" else repr(getattr(self, name))
            raise ConfigError(f"Expected {name}: {expected}; received {received}. Set {_variable(name)}.")

    @property
    def image_limits(self) -> ImageLimits:
        """What an image may have."""
        return ImageLimits(self.max_content_length * 2 // 3, self.max_pixels, self.max_side)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "ApiConfig":
        """Read the variables; what is unset or empty keeps its default.

        Raises:
            ConfigError: If a variable is unknown, cannot be read or is out of range.
        """
        types = {_variable(each.name): each for each in fields(cls)}
        given = {name: value for name, value in environment.items() if name.startswith(PREFIX)}
        if unknown := sorted(set(given) - set(types)):
            raise ConfigError(f"Expected {', '.join(types)}; received {unknown[0]}. Unset it.")
        return cls(
            **{types[name].name: _read(name, text, types[name].type) for name, text in given.items() if text}
        )


def _variable(name: str) -> str:
    return PREFIX + name.upper()


def _read(name: str, text: str, kind: Any) -> Any:
    """Turn the text of a variable into a value of the field's type."""
    if kind == frozenset[str]:
        return frozenset(part for part in map(str.strip, text.split(",")) if part)
    if kind is bool:
        if text.lower() not in _BOOLEANS:
            raise ConfigError(
                f"Expected 1, 0, true or false in {name}; received {text!r}. Correct or unset it."
            )
        return _BOOLEANS[text.lower()]
    if kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            raise ConfigError(
                f"Expected a {'whole ' if kind is int else ''}number in {name}; received {text!r}. "
                "Correct or unset it."
            ) from None
    return text
