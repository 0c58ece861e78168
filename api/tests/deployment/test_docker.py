"""The Dockerfile and the tasks around it, with a container engine that only notes what it is asked for."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from text_recognizer.tests.repository import ROOT

DOCKERFILE = (ROOT / "api" / "Dockerfile").read_text(encoding="utf-8")


def run_task(name: str, engine: Path, *arguments: str, **variables: str) -> list[str]:
    subprocess.run(
        [ROOT / "tasks" / f"{name}.sh", *arguments],
        env=os.environ | {"ENGINE": str(engine), **variables},
        stdin=subprocess.DEVNULL,
        check=True,
    )
    return (engine.parent / "calls").read_text(encoding="utf-8").splitlines()


def test_build(engine: Path) -> None:
    common = "build --file api/Dockerfile --tag text_recognizer_api"
    assert run_task("build_api_docker", engine, "--no-cache") == [f"{common} --format docker --no-cache ."]
    assert run_task("build_api_docker", engine, "lambda")[1:] == [
        f"{common}_lambda --target lambda --format docker ."
    ]


def test_run_is_read_only_without_rights_and_takes_the_settings(engine: Path) -> None:
    inspect, run = run_task("run_api_docker", engine, "--cpus", "2", TEXT_RECOGNIZER_API_LOG_JSON="true")
    assert inspect == "image inspect text_recognizer_api"
    assert run.startswith("run --publish 8000:8000 --name api --rm --read-only --tmpfs /tmp --cap-drop ALL ")
    assert run.endswith("--env TEXT_RECOGNIZER_API_LOG_JSON --cpus 2 text_recognizer_api")


def test_nothing_runs_as_root_and_nothing_is_installed_but_the_lock() -> None:
    final = DOCKERFILE.split("\nFROM ")
    assert all("\nUSER 10001:10001\n" in stage for stage in (final[-1], final[-2]))
    assert "apt" not in re.findall(r"[a-z-]+", DOCKERFILE)
    assert DOCKERFILE.count("pip install") == DOCKERFILE.count("--require-hashes") == 2
    assert DOCKERFILE.rstrip().endswith('CMD ["gunicorn", "--config", "python:api.gunicorn_conf"]')


def test_of_the_compiler_the_library_alone_goes_on() -> None:
    assert "\nRUN python -m api.deployment.compiled_loops /compiled\n" in DOCKERFILE
    taken = re.findall(r"^COPY --from=compiling .*$", DOCKERFILE, re.MULTILINE)
    assert taken == ["COPY --from=compiling /compiled /app"]
    stages = {stage.split(" AS ")[-1].split("\n")[0]: stage for stage in DOCKERFILE.split("\nFROM ")}
    assert "COPY --from=compiling" in stages["packing"]
    assert "FROM compiling" not in DOCKERFILE


def test_what_a_checkout_has_compiled_stays_there() -> None:
    assert "**/*.so" in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()


def test_copied_files_exist_and_are_let_through() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    names = {name for line in copied for name in line.split()}
    assert {"Pipfile.lock", "pyproject.toml", "api", "text_recognizer"} <= names
    for name in names:
        assert (ROOT / name).exists()
        assert any(f"!{allowed}" in ignored for allowed in (name, *map(str, Path(name).parents)))


def test_hadolint() -> None:
    hadolint = shutil.which("hadolint")
    if hadolint is None:
        pytest.skip("hadolint is not installed (it has wheels for Linux on x86-64 only)")
    process = subprocess.run(
        [hadolint, str(ROOT / "api" / "Dockerfile")], capture_output=True, text=True, check=False
    )
    assert (process.returncode, process.stdout) == (0, "")
