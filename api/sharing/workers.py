"""What the workers of gunicorn know of each other: numbers in memory that forked processes share."""

import mmap
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field

_NUMBER = struct.Struct("i")
_SPARE_ROWS = 16  # workers that an operator adds by a signal, or that overlap with their successors


class SharedCounts:
    """A whole number for each worker.

    Each worker writes its own number alone, so no lock is needed, and a worker that dies holds none.

    ```python
    from api.sharing.workers import SharedCounts

    admitted = SharedCounts(rows=2)
    admitted.set(0, 3)
    admitted.set(1, 2)
    print(admitted.total(), admitted.get(1))
    ```
    """

    def __init__(self, rows: int) -> None:
        """Begin with `rows` zeros; call it before the workers are forked."""
        self._rows = rows
        self._memory = mmap.mmap(-1, rows * _NUMBER.size)

    def set(self, row: int, number: int) -> None:
        """Write the number of a worker."""
        _NUMBER.pack_into(self._memory, row % self._rows * _NUMBER.size, number)

    def get(self, row: int) -> int:
        """Return the number of a worker."""
        return int(_NUMBER.unpack_from(self._memory, row % self._rows * _NUMBER.size)[0])

    def total(self) -> int:
        """Return the sum over all workers."""
        return sum(map(self.get, range(self._rows)))


@dataclass
class Workers:
    """The workers of a service.

    ```python
    from api.sharing.workers import Workers

    workers = Workers(count=2)
    workers.connections.set(0, 3)
    print(workers.number, workers.is_crowded(tolerance=1))
    ```

    Attributes:
        count: How many there are, as configured.
        number: The number of this one, from 0 on; set after the fork.
        alive: 1 for each worker that runs.
        admitted: Requests that each has admitted.
        connections: Connections that each has accepted.
    """

    count: int
    number: int = 0
    alive: SharedCounts = field(init=False)
    admitted: SharedCounts = field(init=False)
    connections: SharedCounts = field(init=False)

    def __post_init__(self) -> None:
        """Make the memory that the workers will share."""
        rows = self.count + _SPARE_ROWS
        self.alive, self.admitted, self.connections = (SharedCounts(rows) for _ in range(3))

    def enter(self, number: int) -> None:
        """Become worker `number`; called after the fork."""
        self.number = number
        self.leave(number)
        self.alive.set(number, 1)

    def leave(self, number: int) -> None:
        """Forget a worker that has ended."""
        for counts in (self.alive, self.admitted, self.connections):
            counts.set(number, 0)

    def is_crowded(self, tolerance: int) -> bool:
        """Tell whether another worker has less to do: fewer requests or, with as many, fewer connections.

        Connections alone do not tell: of many clients most may have been refused, and wait.

        Args:
            tolerance: By how many requests, or connections, this worker may exceed the other one.
        """
        return any(self._exceeds(other, tolerance) for other in self._others())

    def _exceeds(self, other: int, tolerance: int) -> bool:
        requests, connections = (
            counts.get(self.number) - counts.get(other) for counts in (self.admitted, self.connections)
        )
        return requests > tolerance or (requests >= -tolerance and connections > tolerance)

    def _others(self) -> Sequence[int]:
        rows = range(self.count + _SPARE_ROWS)
        return [row for row in rows if row != self.number and self.alive.get(row)]


current: Workers | None = None  # set by `gunicorn_conf`; without gunicorn there is one process
