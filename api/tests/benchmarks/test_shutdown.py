from api.benchmarks import shutdown
from api.benchmarks.clients import Response


def test_what_counts_at_a_stop() -> None:
    responses = [Response(status, 0.1, finished, b"") for status, finished in
               ((200, 1.0), (200, 3.0), (503, 3.0), (0, 3.0), (-1, 4.0), (500, 3.0))]  # fmt: skip
    assert shutdown._count(responses, 2.0) == {
        "answered": 4,
        "answered_after_sigterm": 3,
        "refused_connections": 1,
        "broken": 1,
        "errors": 1,
    }
