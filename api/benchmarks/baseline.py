"""What the machine can do at the moment: requests that do nothing, measured beside each figure.

A service that is slow while its baseline is as ever is slow itself; if the baseline is worse, the machine is
busy.
"""

import time
from typing import Any

from api.benchmarks.clients import get_request, run_load, summarize

BASELINE_S = 2.0  # enough for thousands of requests


def baseline(port: int, clients: int, seconds: float = BASELINE_S) -> dict[str, Any]:
    """Return rate and times of requests to /livez.

    Args:
        port: Port of the service on 127.0.0.1.
        clients: Number of connections, as in the measurement beside it.
        seconds: How long to measure.
    """
    start = time.monotonic()
    responses = run_load(port, [get_request("/livez")], clients, lambda _: time.monotonic() > start + seconds)
    summary = summarize(responses, time.monotonic() - start)
    return {"per_second": summary["accepted_per_second"], "ms": summary["accepted_ms"]}
