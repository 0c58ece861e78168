"""The body of a request that the server has received already, see `gunicorn_worker`."""


class ReceivedBody:
    """A body in memory, in the place of the stream `wsgi.input`.

    ```python
    from api.bodies.received import ReceivedBody

    body = ReceivedBody(bytearray(b"abc"))
    print(body.read(2), body.content())
    ```
    """

    def __init__(self, content: bytearray, fault: Exception | None = None) -> None:
        """Keep a body.

        Args:
            content: The body; it is not copied.
            fault: Why it is not complete; raised when it is read.
        """
        self._content = content
        self._fault = fault
        self._position = 0

    def content(self) -> bytearray:
        """Return the whole body, without a copy of it.

        Raises:
            Exception: The fault of the body.
        """
        if self._fault is not None:
            raise self._fault
        return self._content

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, as a file does.

        Raises:
            Exception: The fault of the body.
        """
        content, begin = self.content(), self._position
        self._position = len(content) if size < 0 else min(begin + size, len(content))
        return bytes(content[begin : self._position])
