import pytest

from api.bodies.received import ReceivedBody


def test_it_is_read_as_a_file_is() -> None:
    body = ReceivedBody(bytearray(b"abcdef"))
    assert (body.read(2), body.read(), body.read(1), body.read()) == (b"ab", b"cdef", b"", b"")
    assert body.content() == b"abcdef"


def test_its_content_is_not_copied() -> None:
    content = bytearray(b"abc")
    assert ReceivedBody(content).content() is content


def test_its_fault_is_raised_by_whoever_reads_it() -> None:
    body = ReceivedBody(bytearray(b"abc"), TimeoutError("stalled"))
    for read in (body.read, body.content):
        with pytest.raises(TimeoutError, match="stalled"):
            read()
