"""Who may send which request: keys, the limit of each client, and the port of the probes."""

import math
from collections.abc import Callable
from functools import partial
from pathlib import Path

from flask import Request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import NotFound, TooManyRequests, Unauthorized

from api.clients.address import client_address, networks
from api.clients.keys import Keys
from api.clients.rate_limit import RateLimit
from api.config import ApiConfig

_KEY_REQUIRED = ("/v1/", "/metrics")  # prefixes of the paths that need a key
_LIMITED = "/v1/"
_PROBES = ("/livez", "/readyz", "/metrics")


def _nothing(_: int) -> None:
    pass


class Access:
    """What is checked before a request is looked at.

    ```python
    from flask import Request

    from api.clients.access import Access
    from api.config import ApiConfig

    access = Access(ApiConfig(rate_limit=5.0))
    request = Request.from_values("/v1/models", environ_overrides={"REMOTE_ADDR": "192.0.2.1"})
    print(access.check(request)[0])
    ```
    """

    def __init__(self, config: ApiConfig) -> None:
        """Read the keys.

        Raises:
            ConfigError: If the file of keys cannot be read.
        """
        self._config = config
        self._keys = Keys(config.api_key, None if config.keys_file is None else Path(config.keys_file))
        self._trusted = networks(config.trusted_proxies)
        self._limit = RateLimit(config.rate_limit, config.rate_burst) if config.rate_limit else None

    def check(self, request: Request) -> tuple[str, Callable[[int], None]]:
        """Return who the client is, and a function that counts further requests of it.

        Raises:
            NotFound: If the address is not served on this port.
            TooManyRequests: If the client has sent too many requests.
            Unauthorized: If the key is missing or wrong.
        """
        client = self._address(request)
        if self._is_probe(request) or request.method == "OPTIONS":
            return client, _nothing
        given = _given_key(request)
        name = self._keys.name_of(given) if given else None
        client = client if name is None else f"key {name}"
        charge: Callable[[int], None] = _nothing
        if self._limit is not None and request.path.startswith(_LIMITED):
            self._count(self._limit, client)
            charge = partial(self._limit.charge, client)
        if self._keys.required and name is None and request.path.startswith(_KEY_REQUIRED):
            raise Unauthorized(
                f"The API key is {'wrong' if given else 'missing'}. Send the key of this service as "
                "X-API-Key or as Authorization: Bearer; its operator has it.",
                www_authenticate=WWWAuthenticate("bearer"),
            )
        return client, charge

    def _is_probe(self, request: Request) -> bool:
        """Tell whether the request came to the port of the probes, if there is one."""
        if not self._config.probe_port:
            return False
        probe = request.environ.get("SERVER_PORT") == str(self._config.probe_port)
        if probe != (request.path in _PROBES) and (probe or request.path == "/metrics"):
            raise NotFound
        return probe

    def _address(self, request: Request) -> str:
        header = self._config.client_header
        forwarded = None if header is None else request.headers.get(header)
        return client_address(request.remote_addr or "", forwarded, self._trusted)

    def _count(self, limit: RateLimit, client: str) -> None:
        if (wait := limit.wait(client)) > 0:
            raise TooManyRequests(
                f"Too many requests: a client may send {self._config.rate_limit:g} a second, and "
                f"{self._config.rate_burst} at once. Send the request again after the seconds in "
                "Retry-After.",
                retry_after=math.ceil(wait),
            )


def _given_key(request: Request) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else request.headers.get("X-API-Key", "")
