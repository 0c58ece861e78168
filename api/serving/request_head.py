"""gunicorn's request out of a request that has arrived, checked for what gunicorn's parser lets pass."""

import re
from typing import Any

from gunicorn.http.body import ChunkedReader  # type: ignore[import-untyped]  # gunicorn has no types
from gunicorn.http.errors import InvalidHeader  # type: ignore[import-untyped]  # likewise
from gunicorn.http.parser import RequestParser  # type: ignore[import-untyped]  # likewise

from api.bodies.received import ReceivedBody
from api.serving.receiving import Incoming

# RFC 3986, 3.2.2 and 3.2.3: a name or address, or an IPv6 address in brackets, and perhaps a port.
_HOST = re.compile(r"([\w.~%!$&'()*+,;=-]*|\[[\w.~%!$&'()*+,;=:-]+\])(:\d*)?", re.ASCII)


def read_request(config: Any, incoming: Incoming, client: Any) -> Any:
    """Return the request as gunicorn has it.

    Args:
        config: gunicorn's.
        incoming: The request; its body becomes that of the result.
        client: Its address, as gunicorn has it.

    Raises:
        InvalidHeader: If gunicorn finds another length of the body, or the host is missing although the
            request is of HTTP/1.1, is named twice, or is none (RFC 9112, 3.2).
        StopIteration: If there is no request.
        Exception: Other errors of gunicorn's parser.
    """
    request = next(RequestParser(config, iter([incoming.head]), client))
    reader = request.body.reader
    if isinstance(reader, ChunkedReader) != incoming.chunked or (
        not incoming.chunked and getattr(reader, "length", 0) != incoming.length
    ):
        raise InvalidHeader("CONTENT-LENGTH", req=request)
    hosts = [value for name, value in request.headers if name == "HOST"]
    is_missing = not hosts and request.version >= (1, 1)
    if is_missing or len(hosts) > 1 or not all(map(_HOST.fullmatch, hosts)):
        raise InvalidHeader("HOST", req=request)
    request.body = ReceivedBody(incoming.body, incoming.fault)
    request._expected_100_continue = False  # it was sent when the head had arrived
    return request
