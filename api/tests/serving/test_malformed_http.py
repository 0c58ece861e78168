import json

from gunicorn import util  # type: ignore[import-untyped]  # gunicorn has no types

from api.serving.malformed_http import write_problem


class Wire:
    def __init__(self) -> None:
        self.sent = b""

    def sendall(self, data: bytes) -> None:
        self.sent += data


def test_gunicorn_writes_its_errors_so() -> None:
    assert util.write_error is write_problem


def test_it_is_a_problem_object() -> None:
    wire = Wire()
    write_problem(wire, 431, "Request Header Fields Too Large", 'the "name" is too long')
    head, _, body = wire.sent.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\n")
    assert f"Content-Length: {len(body)}".encode() in head
    answer = json.loads(body)
    assert answer["status"] == 431
    assert 'the "name" is too long' in answer["detail"]


def test_a_fault_of_the_service_is_not_explained() -> None:
    wire = Wire()
    write_problem(wire, 500, "Internal Server Error", "secret")
    assert b"secret" not in wire.sent
