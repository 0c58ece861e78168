"""Builds both container images and tries them: `python -m api.deployment.try_images`, on any engine.

Where the image that api/Dockerfile is based on cannot be fetched, a stand-in is made, see `stand_in_base`.
"""

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
from api.deployment.events import http_api_event
from api.deployment.runtime_api import RuntimeApi
from api.deployment.stand_in_base import configure_podman, provide_base

SAMPLE = ROOT / "data" / "sample" / "sample_page.png"
PORT = 8000
START_S, STOP_S = 60, 45
READ_ONLY = ["--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL"]  # nosec B108 # within the container


def find_engine() -> str:
    """Return the container engine: that of the variable ENGINE, docker where its daemon answers, or podman.

    Raises:
        SystemExit: If there is none.
    """
    for name in [os.environ["ENGINE"]] if "ENGINE" in os.environ else ["docker", "podman"]:
        path = shutil.which(name)
        if path and subprocess.run([path, "info"], capture_output=True, check=False).returncode == 0:
            return path
    raise SystemExit(
        "Expected a container engine that answers `docker info` or `podman info`; found none. Install podman "
        "(Debian, Ubuntu: apt install podman runc), or start Docker, or name one: ENGINE=podman."
    )


def build(engine: str) -> None:
    """Build both images."""
    for target in ([], ["lambda"]):
        subprocess.run(
            [ROOT / "tasks" / "build_api_docker.sh", *target], env=os.environ | {"ENGINE": engine}, check=True
        )


@contextlib.contextmanager
def container(engine: str, *arguments: str) -> Iterator[str]:
    """Run a container of the service; yield its name, and stop it as `docker stop` does."""
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
        stop = [engine, "stop", "--time", str(STOP_S), name]
        subprocess.run(stop, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        code = _output(engine, "inspect", "--format", "{{.State.ExitCode}}", name)
        subprocess.run([engine, "rm", "--force", name], stdout=subprocess.DEVNULL, check=False)
        print(f"  stopped, exit status {code}")


def _output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def try_service(engine: str, *options: str) -> None:
    """Send the requests of the README to the service in a container with the given options of `run`."""
    start = time.monotonic()
    publish = ["--publish", f"{PORT}:{PORT}"]
    with container(engine, *publish, *options, "text_recognizer_api") as name:
        _wait_until_ready()
        print(f"  ready after {time.monotonic() - start:.1f} s")
        texts = {_text(request) for request in _requests()}
        _expect(len(texts) == 1 and len(texts.pop().splitlines()) >= 6, "the same text by every request")
        _expect(_output(engine, "exec", name, "id", "-u") == "10001", "a user without rights")
        _expect(not _can_write(engine, name), "files of the application that cannot be written")
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
    end = time.monotonic() + START_S
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/readyz", timeout=5).close()  # nosec B310 # http
            return
        except OSError as error:
            _expect(time.monotonic() < end, f"readiness within {START_S} s, last: {error}")
            time.sleep(0.2)


def _expect(fact: bool, expected: str) -> None:
    if not fact:
        raise SystemExit(f"Expected {expected}; it was not so. See the log of the container.")


def try_function(engine: str) -> None:
    """Run the image for AWS Lambda, as read-only as there, against a Runtime API of this machine."""
    page = http_api_event("POST", "/v1/predict", SAMPLE.read_bytes(), {"Content-Type": "image/png"})
    start = time.monotonic()
    with RuntimeApi() as api:
        options = ["--network", "host", "--env", f"AWS_LAMBDA_RUNTIME_API={api.address}", *READ_ONLY]
        with container(engine, *options, "text_recognizer_api_lambda"):
            ready = api.wait_until_ready(START_S)
            answer = api.invoke(page)
            answered = time.monotonic() - ready
    _expect(answer["statusCode"] == 200 and bool(json.loads(answer["body"])["pred"]), "the text of the page")
    print(f"  ready after {ready - start:.1f} s, first answer after {answered:.1f} s more")


def main() -> None:
    """Build and try; the first failure ends it."""
    engine = find_engine()
    with tempfile.TemporaryDirectory() as folder:
        configure_podman(engine, Path(folder))
        provide_base(engine, Path(folder))
        build(engine)
        print("text_recognizer_api:")
        try_service(engine)
        print("text_recognizer_api, read-only:")
        try_service(engine, *READ_ONLY, "--security-opt", "no-new-privileges")
        print("text_recognizer_api_lambda, read-only:")
        try_function(engine)


if __name__ == "__main__":
    main()
