"""Looks up the IP addresses of a host and refuses it unless all of them are public.

See OWASP's "Server Side Request Forgery Prevention Cheat Sheet".
"""

import ipaddress
import queue
import socket
import threading
import time

from text_recognizer.errors import ForbiddenAddressError, RemoteTimeoutError

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")  # RFC 4291: everything else is special or not assigned
_MAPPED = ipaddress.IPv6Network("::ffff:0:0/96")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052
# Not public, although the ipaddress module of some Pythons says so.
_NOT_PUBLIC = [
    ipaddress.ip_network(network)
    for network in (
        "192.0.0.0/24",  # IETF protocols; metadata service of Oracle's cloud
        "192.88.99.0/24",  # relays of 6to4
        "168.63.129.16/32",  # the host of virtual machines in Azure
        "2001::/23",  # IETF protocols, Teredo among them
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4, abandoned by RFC 7526; Pythons disagree on it
        "3fff::/20",  # documentation
    )
]
# RFC 5214: the third quarter of an address whose last quarter is an IPv4 address.
_ISATAP = (0x00005EFE, 0x02005EFE)

_MAX_LOOKUPS = 16  # at once: their threads cannot be stopped, so slow ones must not pile up
_lookups = threading.BoundedSemaphore(_MAX_LOOKUPS)


def is_public(address: str) -> bool:
    """Tell whether an IP address, and an IPv4 address that is embedded in it, belongs to the internet."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    if parsed in _MAPPED or parsed in _NAT64:
        return _is_global(_last_quarter(parsed))
    return _is_global(parsed) and (not _is_isatap(parsed) or _is_global(_last_quarter(parsed)))


def _is_global(address: _Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address) and address not in _GLOBAL_UNICAST:
        return False
    special = address.is_multicast or address.is_reserved or not address.is_global
    return not special and not any(address in network for network in _NOT_PUBLIC)


def _is_isatap(address: _Address) -> bool:
    return isinstance(address, ipaddress.IPv6Address) and (int(address) >> 32) & 0xFFFFFFFF in _ISATAP


def _last_quarter(address: _Address) -> ipaddress.IPv4Address:
    return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)


def resolve(host: str, port: int, deadline: float) -> list[str]:
    """Return the IP addresses of `host` in the resolver's order of preference.

    A name that does not exist and one of a private network get the same error, so that
    the names in that network cannot be probed.

    Args:
        host: Name or IP address.
        port: 1-65535.
        deadline: `time.monotonic()` at which to give up.

    Raises:
        ForbiddenAddressError: If there is no address, or if one of them is not public.
        RemoteTimeoutError: If the deadline passes.
    """
    addresses = _look_up(host, port, deadline)
    if not addresses or not all(is_public(address) for address in addresses):
        raise ForbiddenAddressError(
            f"Expected a host whose addresses are all public; received {host!r}. POST the image instead."
        )
    return addresses


def _look_up(host: str, port: int, deadline: float) -> list[str]:
    """Ask the resolver in a separate thread, because it has no time limit of its own."""
    results: queue.SimpleQueue[list[str]] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            results.put(list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found)))
        except (OSError, UnicodeError):
            results.put([])
        finally:
            _lookups.release()

    if not _lookups.acquire(timeout=max(0.0, deadline - time.monotonic())):
        raise _too_slow(host)
    threading.Thread(target=ask, name="look-up", daemon=True).start()
    try:
        return results.get(timeout=max(0.0, deadline - time.monotonic()))
    except queue.Empty:
        raise _too_slow(host) from None


def _too_slow(host: str) -> RemoteTimeoutError:
    return RemoteTimeoutError(
        f"The addresses of {host!r} were not found in time. Try again, or POST the image."
    )
