"""How many requests a client may send, counted over all workers in a memory of fixed size."""

import hashlib
import mmap
import os
import struct
import time

_TIME = struct.Struct("d")
_ROWS = 4
_COLUMNS = 2**14  # half a megabyte in all; even with 1,000 busy clients, hardly anyone shares four cells


class RateTable:
    """Times for clients, in memory that forked processes share; it never grows.

    A count-min sketch (G. Cormode and S. Muthukrishnan, 2005) of times instead of counts: a client has a cell
    in each row, chosen by a keyed hash, and the least of their values is never too small. It is too large
    only if other clients share all four cells.

    ```python
    from api.clients.rate_limit import RateTable

    table = RateTable()
    cells = table.cells("192.0.2.1")
    table.raise_to(cells, 5.0)
    print(table.least(cells))
    ```
    """

    def __init__(self) -> None:
        """Begin with zeros; call it before the workers are forked."""
        self._memory = mmap.mmap(-1, _ROWS * _COLUMNS * _TIME.size)
        self._key = os.urandom(16)  # so that nobody can choose addresses that share another one's cells

    def cells(self, client: str) -> list[int]:
        """Return the places of a client's cells."""
        digest = hashlib.blake2b(client.encode(), digest_size=4 * _ROWS, key=self._key).digest()
        columns = struct.unpack(f"{_ROWS}I", digest)
        return [_TIME.size * (row * _COLUMNS + column % _COLUMNS) for row, column in enumerate(columns)]

    def least(self, cells: list[int]) -> float:
        """Return the least value of the cells."""
        return min(float(_TIME.unpack_from(self._memory, cell)[0]) for cell in cells)

    def raise_to(self, cells: list[int], value: float) -> None:
        """Let no cell have less than `value`."""
        for cell in cells:
            if _TIME.unpack_from(self._memory, cell)[0] < value:
                _TIME.pack_into(self._memory, cell, value)


shared: RateTable | None = None  # set by `gunicorn_conf`; without gunicorn there is one process


class RateLimit:
    """A limit on the requests of each client; threads and workers share it.

    The generic cell rate algorithm (ITU-T I.371): a client has one time, at which all that it sent would have
    been sent at the permitted rate. It may be ahead of now by `burst` requests.

    ```python
    from api.clients.rate_limit import RateLimit

    limit = RateLimit(per_second=1.0, burst=2)
    print([limit.wait("a client") > 0 for _ in range(3)])  # [False, False, True]
    ```
    """

    def __init__(self, per_second: float, burst: int, table: RateTable | None = None) -> None:
        """Set the limit.

        Args:
            per_second: Requests of a client per second, above 0.
            burst: Requests that it may send at once, at least 1.
            table: Where the times are; default: what the workers share, or else one of its own.
        """
        self._interval, self._burst = 1 / per_second, burst
        self._table = table or shared or RateTable()

    def wait(self, client: str) -> float:
        """Count a request of a client; return 0, or the seconds after which it may send one."""
        now, cells = time.monotonic(), self._table.cells(client)
        following = max(self._table.least(cells), now) + self._interval
        early = following - now - self._burst * self._interval
        if early > 0:
            return early
        self._table.raise_to(cells, following)
        return 0.0

    def charge(self, client: str, requests: int) -> None:
        """Count more requests of a client, which were accepted as one."""
        cells = self._table.cells(client)
        self._table.raise_to(
            cells, max(self._table.least(cells), time.monotonic()) + requests * self._interval
        )
