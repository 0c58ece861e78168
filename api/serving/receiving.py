"""One request after the other out of the bytes of a connection, without waiting for them.

gunicorn reads a request in the thread that answers it, so that a client who sends slowly holds a thread.
Here the bytes are taken as they come; only the length of the body is read from the head. What the head says
is checked by gunicorn's parser as before, see `gunicorn_worker`.
"""

from collections.abc import Generator, Iterator

from werkzeug.exceptions import BadRequest, ClientDisconnected, HTTPException, RequestEntityTooLarge

MAX_HEAD_BYTES = 2**16  # gunicorn's limits of line and fields lie below it, but for odd combinations
_MAX_CHUNKS = 100_000  # each takes microseconds, even one of a single byte
_MAX_LINE_BYTES = 1024  # of a chunk's size with its extensions, and of all trailers
_END = b"\r\n"
_HEX = frozenset(b"0123456789abcdefABCDEF")


class Incoming:
    r"""The request that a connection sends at present.

    ```python
    from api.serving.receiving import Incoming

    request = Incoming(max_body_bytes=1000)
    print(request.feed(b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\na"))  # False: two bytes are missing
    print(request.feed(b"bcGET"), request.body)
    ```

    Attributes:
        head: Request line and headers, with the empty line behind them; empty until they are complete.
        body: What has arrived of the body; chunks are joined.
        length: Content-Length; 0 without one.
        chunked: Whether the body comes in chunks.
        fault: Why the body is not complete although the request is to be answered; None = it is complete.
        awaits_go_ahead: Whether the client waits for "100 Continue" before it sends the body.
    """

    def __init__(self, max_body_bytes: int) -> None:
        """Expect the first request."""
        self._max_body_bytes = max_body_bytes
        self._rest = bytearray()  # behind what is understood
        self._forget()

    def _forget(self) -> None:
        self.head = b""
        self.body = bytearray()
        self.length, self.chunked, self.awaits_go_ahead = 0, False, False
        self.fault: HTTPException | None = None
        self._steps: Iterator[None] = self._receive()
        self._ready = False

    @property
    def begun(self) -> bool:
        """Whether any byte of the request has arrived."""
        return bool(self.head or self._rest)

    @property
    def head_too_large(self) -> bool:
        """Whether the head exceeds the limit."""
        return not self.head and len(self._rest) > MAX_HEAD_BYTES

    @property
    def surplus(self) -> bool:
        """Whether bytes behind the request have arrived."""
        return bool(self._rest)

    def feed(self, data: bytes = b"") -> bool:
        """Take bytes; return whether the request can be answered now."""
        self._rest += data
        if not self._ready:
            try:
                next(self._steps)
            except StopIteration:
                self._ready = True
            except HTTPException as fault:
                self.refuse(fault.with_traceback(None))
        return self._ready or self.head_too_large

    def refuse(self, fault: HTTPException) -> None:
        """Give the body up: the request can be answered, and whoever reads the body gets `fault`."""
        self.fault, self._ready = fault, True
        self.body = bytearray()

    def end(self) -> bool:
        """Note that nothing more comes in time; return whether there is a request to be answered."""
        if self.head and not self._ready:
            self.refuse(ClientDisconnected())
        return self._ready or self.head_too_large

    def go_on(self) -> bool:
        """Forget the request that was answered; return whether the next one can be answered already."""
        self._forget()
        return self.feed()

    def _receive(self) -> Iterator[None]:
        """Receive a request; each `yield` waits for more bytes."""
        searched = 0
        while (end := self._rest.find(b"\r\n\r\n", searched)) < 0:
            searched = max(0, len(self._rest) - 3)
            yield
        self.head = bytes(self._rest[: end + 4])
        del self._rest[: end + 4]
        self._read_head()
        yield from self._receive_chunks() if self.chunked else self._take(self.length)

    def _read_head(self) -> None:
        lengths: list[bytes] = []
        codings: list[bytes] = []
        expectations: list[bytes] = []
        for line in self.head.split(_END)[1:]:
            name, _, value = line.partition(b":")
            for wanted, values in (
                (b"content-length", lengths),
                (b"transfer-encoding", codings),
                (b"expect", expectations),
            ):
                if name.strip().lower() == wanted:
                    values.append(value.strip().lower())
        # Any other combination is refused by gunicorn's parser.
        if len(lengths) == 1 and not codings and lengths[0].isdigit():
            self.length = int(lengths[0][:20])
        self.chunked = not lengths and len(codings) == 1 and codings[0].split(b",")[-1].strip() == b"chunked"
        self.awaits_go_ahead = expectations == [b"100-continue"]
        if self.length > self._max_body_bytes:
            raise RequestEntityTooLarge
        if expectations and not self.awaits_go_ahead:
            raise ClientDisconnected  # gunicorn answers 417; the body may never come

    def _receive_chunks(self) -> Iterator[None]:
        for _ in range(_MAX_CHUNKS):
            line = yield from self._line(_MAX_LINE_BYTES)
            if (size := _chunk_size(line)) == 0:
                break
            if len(self.body) + size > self._max_body_bytes:
                raise RequestEntityTooLarge
            yield from self._take(size)
            while len(self._rest) < len(_END):
                yield
            if self._rest[: len(_END)] != _END:
                raise _bad_chunks("a chunk does not end where its size says")
            del self._rest[: len(_END)]
        else:
            raise _bad_chunks(f"it has more than {_MAX_CHUNKS:,} chunks")
        left = _MAX_LINE_BYTES
        while trailer := (yield from self._line(left)):
            left -= len(trailer)

    def _take(self, size: int) -> Iterator[None]:
        """Move `size` bytes into the body."""
        while True:
            part = self._rest[:size]
            self.body += part
            del self._rest[: len(part)]
            size -= len(part)
            if size == 0:
                return
            yield

    def _line(self, most: int) -> Generator[None, None, bytes]:
        """Receive a line; return it without its end."""
        while (end := self._rest.find(_END, 0, most + len(_END))) < 0:
            if len(self._rest) > most:
                raise _bad_chunks("a line between its chunks is too long")
            yield
        line = bytes(self._rest[:end])
        del self._rest[: end + len(_END)]
        return line


def _chunk_size(line: bytes) -> int:
    size = line.split(b";", 1)[0].rstrip(b" \t")
    if not size or len(size) > 16 or not _HEX.issuperset(size):
        raise _bad_chunks("the size of a chunk is no hexadecimal number")
    return int(size, 16)


def _bad_chunks(reason: str) -> BadRequest:
    return BadRequest(f"The body is not in chunks as HTTP/1.1 has them: {reason}. Correct the client.")
