"""One worker, requests at random, and the simulation beside it: `python -m api.benchmarks.arrivals`.

First a single client, for whom nobody waits, measures how long a request takes. Then requests come as a
Poisson process, at several shares of what the worker can do. What they waited and how many were refused is
compared with what `api.benchmarks.queueing` simulates from the measured seconds. Both are of the same
minutes, so that the comparison holds on a busy machine, too.
"""

import argparse
from typing import Any

import numpy as np

from api.benchmarks.clients import http_request, run_arrivals, run_load, summarize
from api.benchmarks.load import WARM_UP_REQUESTS
from api.benchmarks.queueing import Pod
from api.benchmarks.report import benchmark_parser, finish
from api.benchmarks.server import IMAGES, serve
from text_recognizer.arrays import Reals
from text_recognizer.tooling.command import run_command

LOADS = (0.5, 0.8, 1.2)  # of the worker: easily, nearly all, and more than it can do
SIMULATED_REQUESTS = 50_000  # 500 beyond the 99th percentile
_SEED = 1


def measure(requests: int) -> dict[str, Any]:
    """Return what a worker did and what the simulation says, for each of `LOADS`.

    Args:
        requests: Number that a single client sends, and that come at each load.
    """
    images = [
        http_request("/v1/predict?mode=line", path.read_bytes()) for path in sorted(IMAGES.glob("line_*.png"))
    ]
    result: dict[str, Any] = {"requests": requests}
    with serve(workers=1) as server:
        run_load(server.port, images, 1, lambda sent: sent >= WARM_UP_REQUESTS)
        for load in LOADS:
            alone = run_load(server.port, images, 1, lambda sent: sent >= requests)
            seconds: Reals = np.array([response.seconds for response in alone if response.status == 200])
            rate = load / float(seconds.mean())
            arrivals = np.random.default_rng(_SEED).exponential(1 / rate, requests).cumsum()
            responses = run_arrivals(server.port, images, arrivals.tolist())
            result[f"load_{load}"] = {
                "alone_ms": round(1000 * float(seconds.mean()), 1),
                "variation": round(float(seconds.std() / seconds.mean()), 2),
                "rate": round(rate, 2),
                "measured": summarize(responses, float(arrivals[-1])),
                "simulated": simulated(seconds, rate),
            }
    return result


def simulated(seconds: Reals, rate: float) -> dict[str, float]:
    """Return what a pod of one worker would do whose requests take the measured `seconds` (N,)."""
    pod = Pod(workers=1, service_s=float(seconds.mean()))
    outcome = pod.simulate(rate, SIMULATED_REQUESTS, lambda rng, n: rng.choice(seconds, n).tolist())
    return {
        "p50_ms": round(1000 * outcome.p50_s, 1),
        "p99_ms": round(1000 * outcome.p99_s, 1),
        "refused_share": round(outcome.refused_share, 4),
    }


def run_benchmark(options: argparse.Namespace) -> None:
    """Measure and write the result; there is no goal, for both sides are measured."""
    finish("arrivals", measure(options.requests), {}, options.json)


def main(arguments: list[str] | None = None) -> int:
    """Run the command."""
    parser = benchmark_parser(__doc__)
    parser.add_argument("--requests", type=int, default=1000, help="of each stage; default: %(default)s")
    return run_command(parser, run_benchmark, arguments)


if __name__ == "__main__":
    raise SystemExit(main())
