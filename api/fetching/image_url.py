"""Fetches the image of `GET /v1/predict?image_url=`, guarded against server-side request forgery.

The rules are those of OWASP's "Server Side Request Forgery Prevention Cheat Sheet".
"""

import ipaddress
import re
import ssl
import time
from urllib.parse import SplitResult, urlsplit

from api.fetching.pinned_http import Target, fetch
from api.fetching.public_addresses import resolve
from api.fetching.s3 import SCHEME as S3_SCHEME
from api.fetching.s3 import S3Loader
from text_recognizer.errors import ForbiddenAddressError, InvalidInputError

_MAX_URL_CHARACTERS = 2048  # longer ones are cut off by many servers and proxies
_SHOWN_CHARACTERS = 80  # the part of a refused URL that a message shows
# Printable ASCII without blank and backslash; parsers disagree about all other characters.
_URL = re.compile(r"[!-\[\]-~]+")
_LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"{_LABEL}(\.{_LABEL})*")
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")  # WHATWG URL: a host with this last label is an IPv4 address
_PORTS = {"http": 80, "https": 443}


class ImageUrlLoader:
    """Fetches http, https and, optionally, s3 URLs; threads may share it.

    Every IP address of the host must be public, and the connection goes to one of the addresses that were
    checked: a name server that answers differently the second time (DNS rebinding) achieves nothing.

    ```python
    from api.fetching.image_url import ImageUrlLoader
    from text_recognizer.errors import ForbiddenAddressError

    load = ImageUrlLoader(hosts=frozenset({"example.org"}), max_bytes=8 * 2**20, timeout=5.0)
    try:
        load("http://127.0.0.1/page.png")
    except ForbiddenAddressError as error:
        print(error)
    ```
    """

    def __init__(self, hosts: frozenset[str], max_bytes: int, timeout: float, s3: bool = False) -> None:
        """Set the limits.

        Args:
            hosts: The only host names to fetch from, `name:port` for ports other than 80 and 443, and the
                only buckets; empty = every public host and every bucket that the credentials open.
            max_bytes: Largest size of an image file in bytes.
            timeout: Total time in seconds, from the name look-up to the last byte.
            s3: Whether s3://bucket/key is fetched.

        Raises:
            ConfigError: If `s3` is true but boto3 is not installed.
        """
        self._hosts = frozenset(host.lower() for host in hosts)
        self._max_bytes = max_bytes
        self._timeout = timeout
        self._context = ssl.create_default_context()
        self._s3 = S3Loader(self._hosts, max_bytes, timeout) if s3 else None

    def __call__(self, url: str) -> bytes:
        """Return the content at `url`.

        Raises:
            InvalidInputError: If `url` is not a URL of an allowed scheme.
            ForbiddenAddressError: If its host or port is not allowed.
            ImageTooLargeError: If the content has more than `max_bytes`.
            RemoteTimeoutError: If it takes longer than `timeout`.
            RemoteError: If the other server fails, redirects or compresses its response.
        """
        deadline = time.monotonic() + self._timeout
        if url.lower().startswith(S3_SCHEME):
            if self._s3 is None:
                raise _invalid(url, "the scheme s3")
            return self._s3(url, deadline)
        target = parse(url)
        self._check(target)
        addresses = resolve(target.host, target.port, deadline)
        return fetch(target, addresses, self._max_bytes, deadline, self._context)

    def _check(self, target: Target) -> None:
        with_port = f"{target.host}:{target.port}" in self._hosts
        if self._hosts and target.host not in self._hosts and not with_port:
            raise ForbiddenAddressError(
                f"This service may not fetch from the host {target.host!r}. POST the image instead."
            )
        if target.port not in _PORTS.values() and not with_port:
            raise ForbiddenAddressError(
                f"Expected port 80 or 443; received {target.port}. POST the image instead."
            )


def parse(url: str) -> Target:
    """Return the parts of an http or https URL.

    Raises:
        InvalidInputError: If it is not one, or if programs would disagree about its parts.
    """
    if not url.isascii() or not _URL.fullmatch(url):
        raise _invalid(url, "other characters; write them as %20, and host names in Punycode")
    if len(url) > _MAX_URL_CHARACTERS:
        raise _invalid(url, f"{len(url)} characters")
    try:
        parts = urlsplit(url)
        port = _PORTS.get(parts.scheme, 0) if parts.port is None else parts.port
    except ValueError as error:
        raise _invalid(url, str(error)) from error
    if parts.scheme not in _PORTS:
        raise _invalid(url, f"the scheme {parts.scheme!r}")
    if port == 0:
        raise _invalid(url, "port 0")
    host = _host(url, parts)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port, path)


def _host(url: str, parts: SplitResult) -> str:
    """Return the host, unless other programs would see a different one than `urlsplit`."""
    if "@" in parts.netloc:
        raise _invalid(url, "a user name or password")
    host = parts.hostname or ""
    written = f"[{host}]" if ":" in host else host
    name, _, port = parts.netloc.lower().rpartition(":")
    if written not in (parts.netloc.lower(), name if port.isdecimal() else None):
        raise _invalid(url, f"the host {parts.netloc!r}")
    host = host.removesuffix(".")
    if ":" in host or _NUMBER.fullmatch(host.rpartition(".")[2]):
        return _ip_address(url, host)
    if len(host) > 253 or not _NAME.fullmatch(host):
        raise _invalid(url, f"the host {host!r}")
    return host


def _ip_address(url: str, host: str) -> str:
    """Return the IP address, unless it is in octal or hexadecimal, has fewer than four parts, or a zone."""
    try:
        if "%" not in host:
            return str(ipaddress.ip_address(host))
    except ValueError:
        pass
    raise _invalid(url, f"the host {host!r}")


def _invalid(url: str, received: str) -> InvalidInputError:
    return InvalidInputError(
        f"Expected http://host/path or https://host/path; received {received} in "
        f"{url[:_SHOWN_CHARACTERS]!r}. Correct the URL, or POST the image."
    )
