"""Measures the cold start of the Lambda zip: `python -m api.deployment.cold_start [ZIP]`.

Unpacks the zip and runs it as AWS does: under the runtime interface client, against a Runtime API, on one
core, with no other package in reach and without writing beside its modules.
"""

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from api.deployment.application import ROOT
from api.deployment.events import http_api_event
from api.deployment.lambda_zip import DEFAULT_OUTPUT, RUNTIME_FILE, runtime
from api.deployment.requirements import requirements
from api.deployment.runtime_api import RuntimeApi

SAMPLE = ROOT / "data" / "sample" / "sample_page.png"
MAX_INIT_S, MAX_FIRST_ANSWER_S = 2.5, 4.0

# Without the module site there are no packages but those of the zip (first) and the client.
_RUN = (
    "import runpy, sys; sys.path[:0] = sys.argv[1:3]; sys.argv[1:] = ['api.lambda_handler.handler'];"
    "runpy.run_module('awslambdaric', run_name='__main__', alter_sys=True)"
)


@dataclass(frozen=True)
class ColdStart:
    """Seconds.

    Attributes:
        init: From the start of the process until it asks for its first event.
        first_answer: From there until the sample page is read.
        second_answer: The same, warm.
        init_cpu: What of `init` the process computed; the rest it waited, also for a core that others use.
        first_answer_cpu: The same of `first_answer`.
    """

    init: float
    first_answer: float
    second_answer: float
    init_cpu: float
    first_answer_cpu: float


def install_client(folder: Path) -> None:
    """Install the runtime interface client into `folder`, from Pipfile.lock."""
    file = folder / "requirements.txt"
    file.write_text(requirements("lambda-client"), encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    subprocess.run(
        [*pip, "--require-hashes", "--target", str(folder), "-r", str(file)], stdout=sys.stderr, check=True
    )


@contextlib.contextmanager
def running_function(task: Path, client: Path, api: RuntimeApi) -> Iterator[int]:
    """Run the unpacked zip in `task` on one core until the context ends; yield its process id."""
    environment = {
        "AWS_LAMBDA_RUNTIME_API": api.address,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1769",
        "LAMBDA_TASK_ROOT": str(task),
        "LANG": "C.UTF-8",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = [sys.executable, "-S", "-c", _RUN, str(task), str(client)]
    process = subprocess.Popen(command, cwd=task, env=environment, stdout=sys.stderr)
    core = min(os.sched_getaffinity(0))
    os.sched_setaffinity(process.pid, {core})
    try:
        yield process.pid
    finally:
        process.kill()
        process.wait()


def measure(task: Path, client: Path) -> ColdStart:
    """Return the times of one start of the unpacked zip in `task`."""
    event = http_api_event("POST", "/v1/predict", SAMPLE.read_bytes(), {"Content-Type": "image/png"})
    with RuntimeApi() as api:
        start = time.monotonic()
        with running_function(task, client, api) as pid:
            ready, ready_cpu = api.wait_until_ready(60), _cpu_seconds(pid)
            _check(api.invoke(event))
            first, first_cpu = time.monotonic(), _cpu_seconds(pid)
            _check(api.invoke(event))
            second = time.monotonic()
    return ColdStart(ready - start, first - ready, second - first, ready_cpu, first_cpu - ready_cpu)


def _cpu_seconds(pid: int) -> float:
    """Return the processor time of the process, see proc(5)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _check(answer: dict[str, Any]) -> None:
    body = json.loads(answer["body"])
    if answer["statusCode"] != 200 or not body["pred"]:
        raise SystemExit(f"Expected the text of {SAMPLE.name}; received {answer['statusCode']}: {body}.")


def check_runtime(path: Path) -> None:
    """Exit unless the zip `path` was built with the Python that is running."""
    with zipfile.ZipFile(path) as archive:
        built = archive.read(RUNTIME_FILE).decode().strip()
    if built != runtime():
        raise SystemExit(f"Expected a zip built with {runtime()}; received one for {built}. Build it again.")


def main() -> None:
    """Measure several starts; the best counts, for others may use the core too. Fails beyond the limits."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("zip", type=Path, nargs="?", default=DEFAULT_OUTPUT, help="default: %(default)s")
    parser.add_argument("--starts", type=int, default=3, help="default: %(default)s")
    args = parser.parse_args()
    check_runtime(args.zip)
    with tempfile.TemporaryDirectory() as task, tempfile.TemporaryDirectory() as client:
        install_client(Path(client))
        with zipfile.ZipFile(args.zip) as archive:
            archive.extractall(task)
        files = sorted(Path(task).rglob("*"))
        starts = [measure(Path(task), Path(client)) for _ in range(args.starts)]
        if sorted(Path(task).rglob("*")) != files:
            raise SystemExit("Expected a function that writes nothing beside its modules; it did.")
    best = min(starts, key=lambda each: each.init + each.first_answer)
    print(json.dumps({"best": asdict(best), "all": [asdict(each) for each in starts]}))
    if best.init > MAX_INIT_S or best.first_answer > MAX_FIRST_ANSWER_S:
        raise SystemExit(f"Expected at most {MAX_INIT_S} s and {MAX_FIRST_ANSWER_S} s; received {best}.")


if __name__ == "__main__":
    main()
