"""Watches memory and open files of the workers over many requests: `python -m api.benchmarks.soak`.

The requests are lines of many widths, pages and damaged images; workers are not replaced in the meantime.
"""

import argparse
import io
import random
import time
from collections.abc import Iterator, Sequence
from typing import Any

from PIL import Image

from api.benchmarks.baseline import baseline
from api.benchmarks.clients import Response, http_request, run_load
from api.benchmarks.report import benchmark_parser, finish
from api.benchmarks.server import IMAGES, Server, open_files, resident_mb, serve
from text_recognizer.tooling.command import run_command

CLIENTS = 4  # more would be refused now and then, since a page takes as long as ten lines
DIFFERENT_REQUESTS = 400  # enough widths of lines; they are sent again and again
SAMPLES = 40  # times that memory and open files are read
# Steps before the first sample, while memory settles. Clients connect anew in each step: a connection stays
# with its worker, so that in a single long step a worker might get hardly any request.
WARM_UP_STEPS = 20
SETTLE_S = 0.5  # until the service, too, has closed the connections that the clients closed


def requests(number: int, seed: int = 0) -> Iterator[bytes]:
    """Yield `number` requests; of ten, eight are lines, one is a page and one a damaged image."""
    chance = random.Random(seed)
    lines = [Image.open(path).convert("L") for path in sorted(IMAGES.glob("line_*.png"))]
    pages = [path.read_bytes() for path in sorted(IMAGES.glob("page_*.png"))]
    for index in range(number):
        if index % 10 == 8:
            yield http_request("/v1/predict", chance.choice(pages))
        elif index % 10 == 9:
            yield http_request("/v1/predict", chance.choice(pages)[: chance.randrange(8, 4000)])
        else:
            line = chance.choice(lines)
            buffer = io.BytesIO()
            line.crop((0, 0, chance.randrange(line.height, line.width), line.height)).save(buffer, "PNG")
            yield http_request("/v1/predict?mode=line", buffer.getvalue())


def measure(number: int, workers: int = 2) -> dict[str, Any]:
    """Return memory and open files of each worker, sampled `SAMPLES` times, and the statuses.

    Args:
        number: Number of requests while samples are taken; half as many are sent before.
        workers: Number of processes of the service.
    """
    kinds = list(requests(min(DIFFERENT_REQUESTS, number)))
    step = max(1, number // SAMPLES)
    responses: list[Response] = []
    samples: list[dict[str, Any]] = []
    with serve(workers) as server:
        nothing = baseline(server.port, CLIENTS)
        for _ in range(WARM_UP_STEPS + SAMPLES):
            responses += run_load(server.port, kinds, CLIENTS, lambda sent: sent >= step)
            samples.append(_sample(server))
            kinds = kinds[step % len(kinds) :] + kinds[: step % len(kinds)]
    samples = samples[WARM_UP_STEPS - 1 :]
    return {
        "baseline": nothing,
        "requests": len(responses),
        "statuses": _statuses(responses),
        "samples": samples,
        **_growth(samples),
    }


def _statuses(responses: Sequence[Response]) -> dict[str, int]:
    found = [response.status for response in responses]
    return {str(status): found.count(status) for status in sorted(set(found))}


def _sample(server: Server) -> dict[str, Any]:
    time.sleep(SETTLE_S)
    pids = server.workers()
    return {
        "pids": pids,
        "mb": [round(resident_mb(pid), 1) for pid in pids],
        "files": [open_files(pid) for pid in pids],
    }


def _growth(samples: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Compare the last quarter of the samples with the first one; the worst worker counts."""
    first, last = samples[0], samples[-max(1, len(samples) // 4) :]
    workers = range(len(first["pids"]))
    growth = max(max(each["mb"][i] for each in last) / first["mb"][i] - 1 for i in workers)
    files = max(each["files"][i] - first["files"][i] for i in workers for each in last)
    replaced = any(each["pids"] != first["pids"] for each in samples)
    return {"growth": round(growth, 4), "more_files": files, "replaced": replaced}


def run_benchmark(options: argparse.Namespace) -> None:
    """Measure, write the result and check the goals.

    Raises:
        MissedGoalError: If a goal was missed.
    """
    result = measure(options.requests)
    goals = {
        "memory of a worker grows by 5 % at most": result["growth"] <= 0.05 and not result["replaced"],
        "open files stay constant": result["more_files"] <= 0,
        "nothing but 200 and documented refusals": set(result["statuses"]) <= {"200", "415", "422"},
    }
    finish("soak", result, goals, options.json)


def main(arguments: list[str] | None = None) -> int:
    """Run the command."""
    parser = benchmark_parser(__doc__)
    parser.add_argument("--requests", type=int, default=10_000, help="default: %(default)s")
    return run_command(parser, run_benchmark, arguments)


if __name__ == "__main__":
    raise SystemExit(main())
