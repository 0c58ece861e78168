"""Measures the cold start of the Lambda zip: `python -m api.deployment.cold_start [ZIP]`.

Unpacks the zip and runs it as AWS does: under the runtime interface client, against a Runtime API, on one
core, without access to other packages, and without writing beside its modules.
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
from api.deployment.errors import DeploymentError
from api.deployment.events import http_api_event
from api.deployment.lambda_zip import DEFAULT_OUTPUT, RUNTIME_FILE, runtime
from api.deployment.requirements import requirements
from api.deployment.runtime_api import RuntimeApi
from text_recognizer.tooling.command import command_parser, run_command

SAMPLE = ROOT / "data" / "sample" / "sample_page.png"
MAX_INIT_S = 2.5  # a quarter of the 10 s in which AWS wants a function to start
MAX_FIRST_RESPONSE_S = 4.0  # start-up included, the first request stays below the 10 s of REQUEST_TIMEOUT
READY_TIMEOUT_S = 60.0  # far beyond MAX_INIT_S, so that a slow start is measured and not cut off

# Without the module `site`, the only packages are those of the zip, which come first, and of the client.
_RUN = (
    "import runpy, sys; sys.path[:0] = sys.argv[1:3]; sys.argv[1:] = ['api.lambda_handler.handler'];"
    "runpy.run_module('awslambdaric', run_name='__main__', alter_sys=True)"
)


@dataclass(frozen=True)
class ColdStart:
    """Times of one start, in seconds.

    ```python
    from api.deployment.cold_start import ColdStart

    start = ColdStart(init=1.2, first_response=0.9, second_response=0.5, init_cpu=1.1, first_response_cpu=0.9)
    print(start.init + start.first_response)
    ```

    Attributes:
        init: From the start of the process until it asks for its first event.
        first_response: From then until the sample page is read.
        second_response: For the same page again.
        init_cpu: Processor time within `init`; the rest is waiting, also for a core that is in use.
        first_response_cpu: Processor time within `first_response`.
    """

    init: float
    first_response: float
    second_response: float
    init_cpu: float
    first_response_cpu: float


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
    """Run the unpacked zip in `task` on one core until the block ends; yield its process id."""
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
    """Return the times of one start of the unpacked zip in the folder `task`."""
    event = http_api_event("POST", "/v1/predict", SAMPLE.read_bytes(), {"Content-Type": "image/png"})
    with RuntimeApi() as api:
        start = time.monotonic()
        with running_function(task, client, api) as pid:
            ready, ready_cpu = api.wait_until_ready(READY_TIMEOUT_S), _cpu_seconds(pid)
            _check(api.invoke(event))
            first, first_cpu = time.monotonic(), _cpu_seconds(pid)
            _check(api.invoke(event))
            second = time.monotonic()
    return ColdStart(ready - start, first - ready, second - first, ready_cpu, first_cpu - ready_cpu)


def _cpu_seconds(pid: int) -> float:
    """Return the processor time of a process in seconds, see proc(5)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _check(response: dict[str, Any]) -> None:
    body = json.loads(response["body"])
    if response["statusCode"] != 200 or not body["pred"]:
        raise DeploymentError(f"The function did not read {SAMPLE.name}: {response['statusCode']}, {body}.")


def check_runtime(path: Path) -> None:
    """Check that the zip `path` was built with the Python that is running.

    Raises:
        DeploymentError: If it was not, or if it is not a zip of `lambda_zip.py`.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            built = archive.read(RUNTIME_FILE).decode().strip()
    except (KeyError, zipfile.BadZipFile) as error:
        raise DeploymentError(f"{path} was not made by tasks/build_lambda_zip.sh: {error}.") from error
    if built != runtime():
        raise DeploymentError(
            f"Expected a zip built with {runtime()}; received one for {built}. Build it again."
        )


def run(args: argparse.Namespace) -> None:
    """Measure several starts; the best one counts, because other processes may use the core too.

    Raises:
        DeploymentError: If a limit is exceeded, or the function writes files.
    """
    check_runtime(args.zip)
    with tempfile.TemporaryDirectory() as task, tempfile.TemporaryDirectory() as client:
        install_client(Path(client))
        with zipfile.ZipFile(args.zip) as archive:
            archive.extractall(task)
        files = sorted(Path(task).rglob("*"))
        starts = [measure(Path(task), Path(client)) for _ in range(args.starts)]
        if sorted(Path(task).rglob("*")) != files:
            raise DeploymentError("The function wrote files beside its modules; on AWS it cannot.")
    best = min(starts, key=lambda each: each.init + each.first_response)
    print(json.dumps({"best": asdict(best), "all": [asdict(each) for each in starts]}))
    if best.init > MAX_INIT_S or best.first_response > MAX_FIRST_RESPONSE_S:
        raise DeploymentError(
            f"Expected at most {MAX_INIT_S} s to start and {MAX_FIRST_RESPONSE_S} s to the first response; "
            f"received {best}."
        )


def main(arguments: list[str] | None = None) -> int:
    """Run the command."""
    parser = command_parser(__doc__)
    parser.add_argument("zip", type=Path, nargs="?", default=DEFAULT_OUTPUT, help="default: %(default)s")
    parser.add_argument("--starts", type=int, default=3, help="default: %(default)s")
    return run_command(parser, run, arguments)


if __name__ == "__main__":
    raise SystemExit(main())
