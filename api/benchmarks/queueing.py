"""What many pods of the service would do: `python -m api.benchmarks.queueing --service-ms 24 RATE ...`.

A simulation of queues. Requests come at random (Poisson) and are spread over the pods at random, as a
Service of Kubernetes does it, so that every pod is a queue of its own: as many places as
workers x (queue size + 1), and a 503 for whoever finds none. The seconds that a request takes are log-normal,
with mean and coefficient of variation as measured for a single worker. Kendall's notation: M/G/c/K; tests
compare with the closed form of M/M/c/K.
"""

import argparse
import heapq
import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from text_recognizer.arrays import Reals
from text_recognizer.tooling.command import command_parser, run_command

_REQUESTS = 100_000  # of a pod that are simulated: 1,000 beyond the 99th percentile
WARM_UP_SHARE = 0.1  # of the requests that are left out, until the queue has its usual length
SEED = 1  # of all arrivals


def poisson_arrivals(rng: np.random.Generator, rate: float, requests: int) -> Reals:
    """Return the seconds (N,) at which requests come that know nothing of each other, `rate` a second."""
    return np.cumsum(rng.exponential(1 / rate, requests))


Times = Callable[[np.random.Generator, int], Sequence[float]]


@dataclass(frozen=True)
class Pod:
    """One pod of the service.

    ```python
    from api.benchmarks.queueing import Pod

    print(Pod().simulate(rate=60.0, requests=2000))
    ```

    Attributes:
        workers: Requests that are recognized at once.
        queue_size: Requests that may wait for each worker.
        service_s: Mean seconds that a request takes.
        variation: Coefficient of variation of these seconds.
    """

    workers: int = 2
    queue_size: int = 5
    service_s: float = 0.024
    variation: float = 0.5

    @property
    def places(self) -> int:
        """Requests that a pod holds at once."""
        return self.workers * (self.queue_size + 1)

    @property
    def capacity(self) -> float:
        """Requests per second that keep all workers busy."""
        return self.workers / self.service_s

    def simulate(self, rate: float, requests: int = _REQUESTS, times: Times | None = None) -> "Outcome":
        """Send requests to the pod, `rate` a second.

        Args:
            rate: Mean number of requests per second.
            requests: Their number.
            times: Gives the seconds that each takes; None for log-normal ones.
        """
        rng = np.random.default_rng(SEED)
        arrivals = poisson_arrivals(rng, rate, requests)
        seconds = (times or self._log_normal)(rng, requests)
        free = [0.0] * self.workers  # when each worker is free again
        held: list[float] = []  # when each request that is in the pod leaves it
        stays, refused, first = [], 0, int(WARM_UP_SHARE * requests)
        for number, (arrival, needed) in enumerate(zip(arrivals, seconds, strict=True)):
            while held and held[0] <= arrival:
                heapq.heappop(held)
            if len(held) >= self.places:
                refused += number >= first
                continue
            end = max(arrival, heapq.heappop(free)) + needed
            heapq.heappush(free, end)
            heapq.heappush(held, end)
            if number >= first:
                stays.append(end - arrival)
        p50, p99 = np.percentile(stays, [50, 99]) if stays else (math.nan, math.nan)
        return Outcome(rate, refused / (requests - first), float(p50), float(p99))

    def _log_normal(self, rng: np.random.Generator, count: int) -> Sequence[float]:
        spread = math.log(1 + self.variation**2)
        drawn: list[float] = rng.lognormal(
            math.log(self.service_s) - spread / 2, math.sqrt(spread), count
        ).tolist()
        return drawn


@dataclass(frozen=True)
class Outcome:
    """What a pod did.

    ```python
    from api.benchmarks.queueing import Pod

    outcome = Pod(service_s=0.1).simulate(rate=10.0, requests=2000)
    print(outcome.refused_share, outcome.p50_s, outcome.p99_s)
    ```

    Attributes:
        rate: Requests per second that came.
        refused_share: Share of them that got a 503.
        p50_s: Median seconds of the others, from arrival to response.
        p99_s: 99th percentile of these.
    """

    rate: float
    refused_share: float
    p50_s: float
    p99_s: float


def pods_needed(pod: Pod, rate: float, p99_s: float, refused_share: float) -> int:
    """Return the smallest number of pods that keep both limits at `rate` requests per second."""

    def enough(count: int) -> bool:
        outcome = pod.simulate(rate / count)
        return outcome.refused_share <= refused_share and outcome.p99_s <= p99_s

    low = high = max(1, math.ceil(rate / pod.capacity))
    while not enough(high):
        low, high = high + 1, 2 * high
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle + 1, high)
    return high


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the command line and print a table; returns the exit status."""
    parser = command_parser(__doc__)
    parser.add_argument(
        "rates", nargs="*", type=float, default=[10, 100, 1000, 10000], help="requests per second"
    )
    parser.add_argument(
        "--service-ms", type=float, default=24.0, help="mean of a request; default: %(default)s"
    )
    parser.add_argument(
        "--variation", type=float, default=0.5, help="its coefficient of variation; default: 0.5"
    )
    parser.add_argument("--workers", type=int, default=2, help="of a pod; default: 2")
    parser.add_argument("--queue-size", type=int, default=5, help="of a worker; default: 5")
    parser.add_argument("--p99-ms", type=float, default=250.0, help="limit; default: 250")
    parser.add_argument("--refused", type=float, default=0.001, help="limit of the share; default: 0.001")
    parser.add_argument("--price", type=float, default=0.09, help="of a pod per hour; default: 0.09")
    return run_command(parser, _print_table, arguments)


def _print_table(options: argparse.Namespace) -> None:
    pod = Pod(options.workers, options.queue_size, options.service_ms / 1000, options.variation)
    sys.stdout.write("| requests/s | pods | load of a worker | p50 ms | p99 ms | 503 | price per million |\n")
    sys.stdout.write("|---|---|---|---|---|---|---|\n")
    for rate in options.rates:
        pods = pods_needed(pod, rate, options.p99_ms / 1000, options.refused)
        outcome = pod.simulate(rate / pods)
        price = pods * options.price / (rate * 3600) * 1e6
        sys.stdout.write(
            f"| {rate:,.0f} | {pods:,} | {rate / pods / pod.capacity:.0%} | {1000 * outcome.p50_s:.0f} | "
            f"{1000 * outcome.p99_s:.0f} | {outcome.refused_share:.2%} | {price:.2f} |\n"
        )


if __name__ == "__main__":
    sys.exit(main())
