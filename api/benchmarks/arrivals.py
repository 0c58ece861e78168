"""One worker, requests at random, and the simulation beside it: `python -m api.benchmarks.arrivals`.

First a single client, for whom nobody waits, measures how long a request takes. Then requests come as a
Poisson process, at several shares of what the worker can do. The simulation of `api.benchmarks.queueing` gets
the same arrivals and, for each request, the seconds that the worker says it took without waiting
(Server-Timing). So a busy machine makes both slower alike, and the comparison shows whether the queue is
understood: who waits how long, and who is refused.
"""

import argparse
from collections.abc import Sequence
from statistics import mean
from typing import Any

import numpy as np

from api.benchmarks.clients import Response, http_request, run_arrivals, run_load, summarize
from api.benchmarks.load import WARM_UP_REQUESTS
from api.benchmarks.queueing import SEED, WARM_UP_SHARE, Pod, poisson_arrivals
from api.benchmarks.report import benchmark_parser, finish
from api.benchmarks.server import IMAGES, serve
from text_recognizer.arrays import Reals
from text_recognizer.tooling.command import run_command

LOADS = (0.5, 0.8, 1.2)  # of the worker: easily, nearly all, and more than it can do
_ALONE_SHARE = 0.2  # of the requests of a stage, to know how many the worker can do


def measure(requests: int) -> dict[str, Any]:
    """Return what a worker did and what the simulation says, for each of `LOADS`.

    Args:
        requests: Number that come at each load.
    """
    images = [
        http_request("/v1/predict?mode=line", path.read_bytes()) for path in sorted(IMAGES.glob("line_*.png"))
    ]
    alone = max(1, round(_ALONE_SHARE * requests))
    result: dict[str, Any] = {"requests": requests}
    with serve(workers=1) as server:
        run_load(server.port, images, 1, lambda sent: sent >= WARM_UP_REQUESTS)
        for load in LOADS:
            first = run_load(server.port, images, 1, lambda sent: sent >= alone)
            rate = load / mean(response.seconds for response in first)
            arrivals = poisson_arrivals(np.random.default_rng(SEED), rate, requests)
            responses = run_arrivals(server.port, images, arrivals.tolist())
            result[f"load_{load}"] = compared(responses, arrivals, rate)
    return result


def compared(responses: Sequence[Response], arrivals: Reals, rate: float) -> dict[str, Any]:
    """Return what was measured and what is simulated for the same arrivals (N,), without the first tenth."""
    seconds = service_seconds(responses)
    first = int(WARM_UP_SHARE * len(responses))
    pod = Pod(workers=1, service_s=float(seconds.mean()))
    outcome = pod.simulate(rate, len(responses), lambda rng, count: seconds.tolist())
    return {
        "service_ms": round(1000 * pod.service_s, 1),
        "variation": round(float(seconds.std()) / pod.service_s, 2),
        "load": round(rate * pod.service_s, 2),
        "measured": summarize(responses[first:], float(arrivals[-1] - arrivals[first])),
        "simulated": {
            "p50_ms": round(1000 * outcome.p50_s, 1),
            "p99_ms": round(1000 * outcome.p99_s, 1),
            "refused": round(outcome.refused_share * (len(responses) - first)),
        },
    }


def service_seconds(responses: Sequence[Response]) -> Reals:
    """Return what each request took without waiting (N,); those that were refused get the mean."""
    timings = [response.timing if response.status == 200 else None for response in responses]
    known = [None if timing is None else timing["total"] - timing["queue"] for timing in timings]
    usual = mean(seconds for seconds in known if seconds is not None)
    return np.array([usual if seconds is None else seconds for seconds in known])


def run_benchmark(options: argparse.Namespace) -> None:
    """Measure and write the result; there is no goal, for both sides are measured."""
    finish("arrivals", measure(options.requests), {}, options.json)


def main(arguments: list[str] | None = None) -> int:
    """Run the command."""
    parser = benchmark_parser(__doc__)
    parser.add_argument("--requests", type=int, default=500, help="of each stage; default: %(default)s")
    return run_command(parser, run_benchmark, arguments)


if __name__ == "__main__":
    raise SystemExit(main())
