"""Memory and open files of the workers over many requests: `python -m api.benchmarks.soak`.

The requests are lines of ever new widths, pages and faulty images; workers are not replaced meanwhile.
"""

import argparse
import io
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from api.benchmarks.clients import Answer, http_request, run_load
from api.benchmarks.report import finish
from api.benchmarks.server import IMAGES, Server, open_files, resident_mb, serve

CLIENTS = 4  # more are refused now and then, since a page takes as long as ten lines
DIFFERENT = 400  # requests, sent again and again
SAMPLES = 40
# Steps before the first sample, each as long as the others: memory settles as new sizes come. Clients connect
# anew in each step, since a connection stays with its worker: in a single one a worker may hardly be asked.
WARM_UP = 20


def requests(number: int, seed: int = 0) -> Iterator[bytes]:
    """Yield requests: of ten, eight are lines, one a page, one a damaged image."""
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
    """Return memory and open files of each worker, sampled `SAMPLES` times, and the mix of answers.

    Half as many are sent before the first sample.
    """
    kinds = list(requests(min(DIFFERENT, number)))
    step = max(1, number // SAMPLES)
    answers: list[Answer] = []
    samples: list[dict[str, Any]] = []
    with serve(workers) as server:
        for _ in range(WARM_UP + SAMPLES):
            answers += run_load(server.port, kinds, CLIENTS, lambda sent: sent >= step)
            samples.append(_sample(server))
            kinds = kinds[step % len(kinds) :] + kinds[: step % len(kinds)]
    samples = samples[WARM_UP - 1 :]
    return {"requests": len(answers), "statuses": _statuses(answers), "samples": samples, **_growth(samples)}


def _statuses(answers: Sequence[Answer]) -> dict[str, int]:
    found = [answer.status for answer in answers]
    return {str(status): found.count(status) for status in sorted(set(found))}


def _sample(server: Server) -> dict[str, Any]:
    time.sleep(0.5)  # the connections that clients have closed are closed here too
    pids = server.workers()
    return {
        "pids": pids,
        "mb": [round(resident_mb(pid), 1) for pid in pids],
        "files": [open_files(pid) for pid in pids],
    }


def _growth(samples: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Compare the last quarter with the first sample, the worst worker counts."""
    first, last = samples[0], samples[-max(1, len(samples) // 4) :]
    workers = range(len(first["pids"]))
    growth = max(max(each["mb"][i] for each in last) / first["mb"][i] - 1 for i in workers)
    files = max(each["files"][i] - first["files"][i] for i in workers for each in last)
    replaced = any(each["pids"] != first["pids"] for each in samples)
    return {"growth": round(growth, 4), "more_files": files, "replaced": replaced}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=10_000, help="default: %(default)s")
    parser.add_argument("--json", type=Path, help="write here instead of evaluation/results/service/")
    options = parser.parse_args(arguments)
    result = measure(options.requests)
    goals = {
        "memory of a worker grows by 5 % at most": result["growth"] <= 0.05 and not result["replaced"],
        "open files stay constant": result["more_files"] <= 0,
        "nothing but 200 and documented refusals": set(result["statuses"]) <= {"200", "415", "422"},
    }
    return finish("soak", result, goals, options.json)


if __name__ == "__main__":
    raise SystemExit(main())
