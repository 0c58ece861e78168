"""How long a busy service is waited for; api/tests/test_client.py sends requests to one."""

import pytest

from text_recognizer.client.sending import Sender, waiting_seconds
from text_recognizer.errors import RemoteError


def test_seconds_to_wait() -> None:
    assert waiting_seconds("7", 0) == 7.0
    assert waiting_seconds("86400", 0) == 30.0
    assert [waiting_seconds("Fri, 31 Dec 1999 23:59:59 GMT", attempt) for attempt in range(3)] == [1, 2, 4]


def test_the_key_is_not_shown() -> None:
    assert "secret" not in repr(Sender("http://127.0.0.1:9", {"X-API-Key": "secret"}, 5, 0))


def test_nobody_there() -> None:
    with pytest.raises(RemoteError, match="127.0.0.1:9 did not answer"):
        Sender("http://127.0.0.1:9", {}, 5, 0).send("/livez")
