"""Which connection gives way where there are too many, or where what they hold takes too much memory."""

from collections.abc import Iterable

from api.serving.connection import Connection, State

_SMALL_BODY_BYTES = 2**18  # is not refused because others are large


def least_needed(connections: Iterable[Connection]) -> Connection | None:
    """Return which one to close for a new client; None if the service works for all of them.

    Args:
        connections: In the order of their arrival: of those that matter alike, the oldest is closed. Clients
            that send and read what they should are rarely among the oldest.
    """
    waiting = [each for each in connections if each.state is not State.WORKING]
    return min(waiting, key=_worth, default=None)


def _worth(connection: Connection) -> int:
    if connection.state is State.RECEIVING:
        return 3 if connection.incoming.head else 0
    return 2 if connection.state is State.SENDING else 1


def largest_body(connections: Iterable[Connection], bytes_held: int, most: int) -> Connection | None:
    """Return whose unfinished body to give up; None if all may go on.

    Args:
        connections: All of them.
        bytes_held: By all bodies, finished ones included.
        most: That bodies should hold; twice as much where they are many small ones.
    """
    receiving = (each for each in connections if each.state is State.RECEIVING)
    largest = max(receiving, key=lambda each: len(each.incoming.body), default=None)
    if bytes_held <= most or largest is None or not largest.incoming.body:
        return None
    is_small = len(largest.incoming.body) < _SMALL_BODY_BYTES
    return None if is_small and bytes_held < 2 * most else largest


def largest_response(connections: Iterable[Connection], most: int, newest: Connection) -> Connection | None:
    """Return whose response to give up, since its client does not take it; None if all may wait.

    Args:
        connections: In the order of their arrival.
        most: Bytes that unsent responses should hold.
        newest: Its response has waited least, so the others give way.
    """
    sending = [each for each in connections if each.state is State.SENDING]
    if sum(each.unsent for each in sending) <= most:
        return None
    return max((each for each in sending if each is not newest), key=lambda each: each.unsent, default=None)
