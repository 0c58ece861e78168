"""The configuration of the service, read from environment variables."""

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, get_origin

from api.recognition import MAX_SECONDS, SEARCH_SECONDS
from text_recognizer.errors import ConfigError
from text_recognizer.images.limits import ImageLimits

PREFIX = "TEXT_RECOGNIZER_API_"
MAX_PORT = 65_535
_RESPONSE_BODIES = 4  # a response to a document may be so many times as long as a body
_PROXIES_TOO = "unset unless trusted_proxies says whose header it is"

_BOOLEANS = {"1": True, "true": True, "0": False, "false": False}


def _cores() -> int:
    # macOS has no sched_getaffinity.
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True)
class ApiConfig:
    """The configuration. The variable of an attribute is TEXT_RECOGNIZER_API_ and its name in capitals.

    ```python
    from api.config import ApiConfig

    config = ApiConfig.from_environment({"TEXT_RECOGNIZER_API_PORT": "80", "TEXT_RECOGNIZER_API_S3": "0"})
    print(config.port, config.image_limits.max_bytes)
    ```

    Attributes:
        host: Address to listen on.
        port: Port to listen on, 1-65535.
        workers: Number of gunicorn processes, each with its own models; default: one per core.
        threads: Number of threads of one prediction, at least 1.
        queue_size: Number of requests that may wait in a worker while another is recognized; further ones
            are answered 503.
        request_timeout: Seconds after which a request is answered 503, above 0.
        search_seconds: Seconds of processor time that an image may take with beam search; the lines that do
            not fit in are decoded greedily. Above 0.
        max_seconds: Seconds of processor time after which no further line of an image is read, at least
            `search_seconds`.
        partial: Whether the lines read until then are the response, which says that it is not complete;
            otherwise such an image is answered 422.
        max_requests: Number of requests after which gunicorn replaces a worker, plus or minus a tenth;
            0 = never.
        max_content_length: Largest request body in bytes. An image may have two thirds of it, because
            base64 makes it a third longer: 12 MiB hold an image of 8 MiB in JSON.
        max_pixels: Largest number of pixels of an image, width times height.
        max_side: Largest width and height of an image in pixels.
        models: Names of models for lines or words that `?model=` can choose, beside the default ones.
        max_batch: Largest number of images in a request to /v1/predict/batch.
        max_pages: Largest number of pages of a document that one request to /v1/documents reads.
        jobs_folder: Folder for documents that are read later (`Prefer: respond-async`), which all workers
            share; None = such requests are answered 501.
        max_jobs: Number of jobs in that folder, finished ones included; further ones are answered 503. Each
            takes at most five times `max_content_length` there.
        job_seconds: Seconds after which a job and its result are removed.
        fine_tuning_folder: Folder for lines that models are taught with, which all workers share; None =
            teaching is switched off.
        fine_tuning_minutes: Time for teaching a model, above 0.
        fine_tuning_models: Number of taught models that are kept, 10 MB each.
        decoder_process: Whether images are decoded in a process of their own, with limits of memory and time.
        image_url: Whether `GET /v1/predict?image_url=` fetches images.
        image_url_hosts: The only host names to fetch from; empty = all hosts with public addresses.
        s3: Whether image_url may be s3://bucket/key; requires `image_url`.
        api_key: Key that clients send as `X-API-Key` or bearer token, in ASCII; None = no key is required,
            unless there is a `keys_file`.
        keys_file: File with names and keys of clients, see `Keys`; read again when it changes.
        rate_limit: Requests per second of a client, that is of a key or else of an address, to /v1/; those
            beyond are answered 429. An image of a batch counts as a request. 0 = no limit.
        rate_burst: Requests that a client may send at once in spite of the `rate_limit`.
        client_header: Header in which `trusted_proxies` name the client, such as `X-Forwarded-For`.
        trusted_proxies: Addresses or networks of the proxies in front of the service.
        probe_port: Port on which probes and metrics are answered, without a key; /metrics is then not
            answered on `port`. 0 = they are answered on `port`.
        cors_origins: Origins whose pages may call the service from a browser, for example
            `https://example.org`, or `*` for all; empty = none.
        log_json: Whether log lines are JSON objects.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = field(default_factory=_cores)
    threads: int = 1
    queue_size: int = 5
    request_timeout: float = 10.0
    search_seconds: float = SEARCH_SECONDS
    max_seconds: float = MAX_SECONDS
    partial: bool = True
    max_requests: int = 20_000
    max_content_length: int = 12 * 2**20
    max_pixels: int = 25_000_000
    max_side: int = 20_000
    models: tuple[str, ...] = ()
    max_batch: int = 16
    max_pages: int = 20
    jobs_folder: str | None = None
    max_jobs: int = 20
    job_seconds: float = 3600.0
    fine_tuning_folder: str | None = None
    fine_tuning_minutes: float = 10.0
    fine_tuning_models: int = 5
    decoder_process: bool = False
    image_url: bool = False
    image_url_hosts: frozenset[str] = frozenset()
    s3: bool = False
    api_key: str | None = field(default=None, repr=False)
    keys_file: str | None = None
    rate_limit: float = 0.0
    rate_burst: int = 20
    client_header: str | None = None
    trusted_proxies: frozenset[str] = frozenset()
    probe_port: int = 0
    cors_origins: frozenset[str] = frozenset()
    log_json: bool = False

    def __post_init__(self) -> None:
        """Check the ranges.

        Raises:
            ConfigError: If a value is out of range.
        """
        self._check("port", 1 <= self.port <= MAX_PORT, f"1-{MAX_PORT}")
        for name in (
            *("workers", "threads", "max_content_length", "max_pixels", "max_side", "max_batch"),
            *("max_pages", "max_jobs", "fine_tuning_models"),
        ):
            self._check(name, getattr(self, name) >= 1, "at least 1")
        for name in ("queue_size", "max_requests"):
            self._check(name, getattr(self, name) >= 0, "0 or more")
        for name in ("request_timeout", "search_seconds", "max_seconds", "job_seconds"):
            self._check(name, 0 < getattr(self, name) < float("inf"), "a number of seconds above 0")
        minutes_fit = 0 < self.fine_tuning_minutes < float("inf")
        self._check("fine_tuning_minutes", minutes_fit, "a number of minutes above 0")
        self._check("max_seconds", self.max_seconds >= self.search_seconds, "at least search_seconds")
        self._check("api_key", self.api_key is None or self.api_key.isascii(), "ASCII characters")
        self._check("rate_limit", 0 <= self.rate_limit < float("inf"), "0 or a number of requests a second")
        self._check("rate_burst", self.rate_burst >= 1, "at least 1")
        probe_port_fits = 0 <= self.probe_port <= MAX_PORT and self.probe_port != self.port
        self._check("probe_port", probe_port_fits, f"0-{MAX_PORT}, and not the port itself")
        self._check("client_header", self.client_header is None or bool(self.trusted_proxies), _PROXIES_TOO)
        self._check("trusted_proxies", _are_networks(self.trusted_proxies), "addresses or networks")
        self._check("s3", self.image_url or not self.s3, f"off unless {_variable('image_url')} is on")

    def _check(self, name: str, fits: bool, expected: str) -> None:
        if not fits:
            received = "other characters" if name == "api_key" else repr(getattr(self, name))
            raise ConfigError(f"{_variable(name)} must be {expected}; received {received}.")

    @property
    def max_response_bytes(self) -> int:
        """Largest response to a document: JSON of places is longer than an image, and PDFs have many."""
        return _RESPONSE_BODIES * self.max_content_length

    @property
    def image_limits(self) -> ImageLimits:
        """The limits of one image."""
        return ImageLimits(self.max_content_length * 2 // 3, self.max_pixels, self.max_side)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "ApiConfig":
        """Read the variables; one that is unset or empty leaves the default.

        Raises:
            ConfigError: If a variable is unknown, cannot be read or is out of range.
        """
        types = {_variable(each.name): each for each in fields(cls)}
        given = {name: value for name, value in environment.items() if name.startswith(PREFIX)}
        if unknown := sorted(set(given) - set(types)):
            raise ConfigError(f"{unknown[0]} is unknown; expected one of {', '.join(types)}. Unset it.")
        return cls(
            **{types[name].name: _read(name, text, types[name].type) for name, text in given.items() if text}
        )


def _are_networks(names: frozenset[str]) -> bool:
    try:
        [ipaddress.ip_network(name) for name in names]
    except ValueError:
        return False
    return True


def _variable(name: str) -> str:
    return PREFIX + name.upper()


def _read(name: str, text: str, kind: Any) -> Any:
    """Return the text of a variable as a value of the type `kind`."""
    if kind in (frozenset[str], tuple[str, ...]):
        return get_origin(kind)(part for part in map(str.strip, text.split(",")) if part)
    if kind is bool:
        if text.lower() not in _BOOLEANS:
            raise ConfigError(f"{name} must be 1, 0, true or false; received {text!r}.")
        return _BOOLEANS[text.lower()]
    if kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            number = "a whole number" if kind is int else "a number"
            raise ConfigError(f"{name} must be {number}; received {text!r}.") from None
    return text
