"""Builds both container images and tries them: `python -m api.deployment.try_images`, with docker or podman.

If the base image of api/Dockerfile cannot be pulled, a stand-in is made, see `stand_in_base`.
"""

import argparse
import base64
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from api.deployment.application import ROOT
from api.deployment.errors import DeploymentError
from api.deployment.events import http_api_event
from api.deployment.runtime_api import RuntimeApi
from api.deployment.stand_in_base import configure_podman, provide_base
from text_recognizer.tooling.command import command_parser, run_command

SAMPLE = ROOT / "data" / "sample" / "sample_page.png"
PORT = 8000  # in the container and on this machine
START_TIMEOUT_S = 60  # a cold disk takes seconds to read the image
STOP_TIMEOUT_S = 45  # longer than the service needs itself, twice REQUEST_TIMEOUT
READ_ONLY = ["--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL"]  # nosec B108 # within the container


def find_engine() -> str:
    """Return the path of the container engine: ENGINE, or else docker if its daemon answers, or podman.

    Raises:
        DeploymentError: If there is none.
    """
    for name in [os.environ["ENGINE"]] if "ENGINE" in os.environ else ["docker", "podman"]:
        path = shutil.which(name)
        if path and subprocess.run([path, "info"], capture_output=True, check=False).returncode == 0:
            return path
    raise DeploymentError(
        "Expected a container engine that answers `docker info` or `podman info`; found none. Install podman "
        "(Debian, Ubuntu: apt install podman runc), or start Docker, or name one: ENGINE=podman."
    )


def build(engine: str, dockerfile: Path) -> None:
    """Build both images."""
    environment = os.environ | {"ENGINE": engine, "DOCKERFILE": str(dockerfile)}
    for target in ([], ["lambda"]):
        subprocess.run([ROOT / "tasks" / "build_api_docker.sh", *target], env=environment, check=True)


@contextlib.contextmanager
def container(engine: str, *arguments: str) -> Iterator[str]:
    """Run a container of the service; yield its name; in the end stop it with SIGTERM."""
    name = f"text_recognizer_api_{os.getpid()}"
    subprocess.run(
        [engine, "run", "--detach", "--name", name, *arguments], stdout=subprocess.DEVNULL, check=True
    )
    try:
        yield name
    except BaseException:
        subprocess.run([engine, "logs", name], stdout=sys.stderr, check=False)
        raise
    finally:
        stop = [engine, "stop", "--time", str(STOP_TIMEOUT_S), name]
        subprocess.run(stop, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        code = _output(engine, "inspect", "--format", "{{.State.ExitCode}}", name)
        subprocess.run([engine, "rm", "--force", name], stdout=subprocess.DEVNULL, check=False)
        print(f"  stopped, exit status {code}")


def _output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def try_service(engine: str, *options: str) -> None:
    """Send the requests of the README to the service in a container, run with `options` of the engine."""
    start = time.monotonic()
    publish = ["--publish", f"{PORT}:{PORT}"]
    with container(engine, *publish, *options, "text_recognizer_api") as name:
        _wait_until_ready()
        print(f"  ready after {time.monotonic() - start:.1f} s")
        texts = {_text(request) for request in _requests()}
        _expect(
            len(texts) == 1 and len(texts.pop().splitlines()) >= 6, "The requests did not give the same text"
        )
        _expect(
            _output(engine, "exec", name, "id", "-u") == "10001", "It does not run as an unprivileged user"
        )
        _expect(not _can_write(engine, name), "It can write to the files of the application")
        check = _output(engine, "inspect", "--format", "{{json .Config.Healthcheck}}", name)
        test = json.loads(check)["Test"][1:]
        subprocess.run([engine, "exec", name, *test], check=True)
        print("  every request of the README answered; healthy")


def _can_write(engine: str, name: str) -> bool:
    touch = [engine, "exec", name, "touch", "/app/file"]
    return subprocess.run(touch, capture_output=True, check=False).returncode == 0


def _requests() -> list[urllib.request.Request]:
    png = SAMPLE.read_bytes()
    part = b'--x\r\nContent-Disposition: form-data; name="image"; filename="page.png"\r\n\r\n%b\r\n--x--\r\n'
    data_uri = json.dumps({"image": "data:image/png;base64," + base64.b64encode(png).decode()}).encode()
    bodies = {
        "multipart/form-data; boundary=x": part % png,
        "image/png": png,
        "application/json": data_uri,
    }
    url = f"http://127.0.0.1:{PORT}/v1/predict"
    return [urllib.request.Request(url, body, {"Content-Type": kind}) for kind, body in bodies.items()]


def _text(request: urllib.request.Request) -> str:
    with urllib.request.urlopen(request, timeout=60) as response:  # nosec B310 # always http
        return str(json.load(response)["pred"])


def _wait_until_ready() -> None:
    end = time.monotonic() + START_TIMEOUT_S
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/readyz", timeout=5).close()  # nosec B310 # http
            return
        except OSError as error:
            _expect(time.monotonic() < end, f"It was not ready within {START_TIMEOUT_S} s ({error})")
            time.sleep(0.2)


def _expect(fact: bool, otherwise: str) -> None:
    if not fact:
        raise DeploymentError(f"{otherwise}. See the log of the container.")


def try_function(engine: str) -> None:
    """Run the image for AWS Lambda, read-only as on AWS, against a Runtime API of this machine."""
    page = http_api_event("POST", "/v1/predict", SAMPLE.read_bytes(), {"Content-Type": "image/png"})
    start = time.monotonic()
    with RuntimeApi() as api:
        options = ["--network", "host", "--env", f"AWS_LAMBDA_RUNTIME_API={api.address}", *READ_ONLY]
        with container(engine, *options, "text_recognizer_api_lambda"):
            ready = api.wait_until_ready(START_TIMEOUT_S)
            response = api.invoke(page)
            seconds = time.monotonic() - ready
    _expect(
        response["statusCode"] == 200 and bool(json.loads(response["body"])["pred"]),
        "It did not read the page",
    )
    print(f"  ready after {ready - start:.1f} s, first response after {seconds:.1f} s more")


def run(_: argparse.Namespace) -> None:
    """Build and try both images; stop at the first failure."""
    engine = find_engine()
    with tempfile.TemporaryDirectory() as folder:
        configure_podman(engine, Path(folder))
        build(engine, provide_base(engine, Path(folder)))
        print("text_recognizer_api:")
        try_service(engine)
        print("text_recognizer_api, read-only:")
        try_service(engine, *READ_ONLY, "--security-opt", "no-new-privileges")
        print("text_recognizer_api_lambda, read-only:")
        try_function(engine)


def main(arguments: list[str] | None = None) -> int:
    """Run the command."""
    return run_command(command_parser(__doc__), run, arguments)


if __name__ == "__main__":
    raise SystemExit(main())
