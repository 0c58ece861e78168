"""The tasks: their form, what they refer to, and what they say on a machine that lacks something."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tasks import environment
from text_recognizer.tests.repository import ROOT

SCRIPTS = sorted((ROOT / "tasks").glob("*.sh"))
TASKS = [path for path in SCRIPTS if not path.name.startswith("_")]
BASH = shutil.which("bash") or "bash"


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_are_short_and_executable(script: Path) -> None:
    assert len(script.read_text(encoding="utf-8").splitlines()) <= 20
    assert os.access(script, os.X_OK)


@pytest.mark.parametrize("script", [*TASKS, ROOT / ".ci" / "run"], ids=lambda path: path.name)
def test_tasks_stop_at_the_first_failure(script: Path) -> None:
    text = script.read_text(encoding="utf-8")
    assert "\nset -euo pipefail\n" in text
    assert not re.search(r"^\s*set \+|\bset \+[euo]", text, flags=re.MULTILINE)


@pytest.mark.parametrize("script", TASKS, ids=lambda path: path.name)
def test_tasks_call_files_that_exist(script: Path) -> None:
    text = script.read_text(encoding="utf-8")
    named = re.findall(r"\$root/([\w./-]+\.\w+)", text)
    assert not [name for name in named if not (ROOT / name).exists()]


def test_sample_page_is_small_and_has_its_text() -> None:
    folder = ROOT / "data" / "sample"
    assert (folder / "sample_page.png").stat().st_size <= 300_000
    assert 6 <= len((folder / "sample_page.txt").read_text(encoding="utf-8").splitlines()) <= 8


def executable(path: Path, text: str) -> None:
    path.write_text(f"#!{BASH}\n{text}\n", encoding="utf-8")
    path.chmod(0o755)


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A copy of what the environment is made from, and a folder `bin` that is its whole PATH."""
    shutil.copytree(ROOT / "tasks", tmp_path / "tasks")
    for name in ("pyproject.toml", "Pipfile.lock"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "bin").mkdir()
    for tool in ("bash", "dirname", "env"):
        (tmp_path / "bin" / tool).symlink_to(shutil.which(tool) or tool)
    return tmp_path


def recognize(machine: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [BASH, str(machine / "tasks" / "recognize.sh")],
        env={"PATH": str(machine / "bin"), "HOME": str(machine), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_no_python_at_all(machine: Path) -> None:
    process = recognize(machine)
    assert process.returncode == 1
    assert "Python 3.11 or newer is needed; received none. Install it" in process.stderr


def python_of_version(path: Path, version: tuple[int, int], otherwise: str) -> None:
    """Write a Python that answers as `version` would, and does `otherwise` with a file."""
    number = ".".join(map(str, version))
    fake = f"import sys; code = sys.argv[1]; sys.version_info = ({version[0]}, {version[1]}, 2); exec(code)"
    executable(
        path,
        f'[[ $1 == --version ]] && {{ echo "Python {number}.2"; exit; }}\n'
        f'[[ $1 == -c ]] && exec {sys.executable} -c "{fake}" "$2"\n{otherwise}',
    )


@pytest.mark.parametrize("version", [(2, 7), (3, 8), (3, 9), (3, 10)])
def test_python_too_old(machine: Path, version: tuple[int, int]) -> None:
    python_of_version(machine / "bin" / "python3", version, "echo used >&2; exit 1")
    process = recognize(machine)
    assert process.returncode == 1
    assert f"Python 3.11 or newer is needed; received Python {version[0]}.{version[1]}.2." in process.stderr
    assert "used" not in process.stderr


@pytest.mark.parametrize("version", [(3, 11), (3, 13), (3, 14)])
def test_python_new_enough_makes_the_environment_and_its_failure_ends_the_task(
    machine: Path, version: tuple[int, int]
) -> None:
    python_of_version(machine / "bin" / "python3", version, 'echo "made by $*" >&2; exit 7')
    process = recognize(machine)
    assert process.returncode == 7
    assert process.stderr == f"made by {machine}/tasks/environment.py serve\n"


# Tasks that go on behind a command which may fail: what else they call.
GUARDED = {"run_api_docker.sh": ["docker image inspect text_recognizer_api", "docker build"]}
# Tasks that lint and test at the same time.
TESTING = {"coverage.sh": ["python -m pytest", "ruff check"], "test.sh": ["python -m pytest", "ruff check"]}


@pytest.mark.parametrize("script", TASKS, ids=lambda path: path.name)
def test_a_task_ends_with_its_first_failing_command(machine: Path, script: Path) -> None:
    log = machine / "calls"
    executable(machine / "bin" / "python3", "exit 0")  # finds itself new enough and the environments ready
    inner = [machine / environment / "bin" for environment in (".venv-serve", ".venv-dev")]
    for folder in inner:
        folder.mkdir(parents=True)
    names = ("python", "text-recognizer", "ruff", "mypy", "shellcheck", "gunicorn", "bandit", "coverage")
    for path in [*(folder / name for folder in inner for name in names), machine / "bin" / "docker"]:
        executable(path, f'echo "${{0##*/}} $*" >> {log}; exit 3')
    executable(machine / "bin" / "pipenv", f"echo pipenv >> {log}; exit 3")
    for tool in ("mktemp", "rm", "cmp", "nice", "mkdir"):
        (machine / "bin" / tool).symlink_to(shutil.which(tool) or tool)
    arguments = ["load"] if script.name == "measure_service.sh" else []  # without: all, and then what failed
    process = subprocess.run(
        [BASH, str(machine / "tasks" / script.name), *arguments],
        env={"PATH": str(machine / "bin"), "HOME": str(machine)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 3, process.stderr
    calls = log.read_text().splitlines()
    calls = sorted(calls) if script.name in TESTING else calls
    expected = {**GUARDED, **TESTING}.get(script.name, [""])
    assert len(calls) == len(expected), calls
    assert all(call.startswith(prefix) for call, prefix in zip(calls, expected, strict=True))


def test_python_without_venv(machine: Path) -> None:
    """As Debian ships it: the module ensurepip comes with a package of its own."""
    (machine / "sitecustomize.py").write_text("import sys; sys.modules['ensurepip'] = None", encoding="utf-8")
    executable(machine / "bin" / "python3", f'PYTHONPATH={machine} exec {sys.executable} "$@"')
    process = recognize(machine)
    assert process.returncode == 1
    assert "apt install python3-venv" in process.stderr
    assert not (machine / ".venv-serve").exists()


def test_no_network(machine: Path) -> None:
    (machine / "bin" / "python3").symlink_to(sys.executable)
    process = recognize(
        machine, PIP_CONFIG_FILE=os.devnull, PIP_INDEX_URL="http://127.0.0.1:9/simple", PIP_RETRIES="0"
    )
    assert process.returncode == 1
    assert "[2/4] packages of Pipfile.lock" in process.stderr
    assert "check the network and the proxy" in process.stderr
    assert process.stdout == ""  # stdout is for the recognized text
    assert not (machine / ".venv-serve" / "complete").exists()


def test_python_beyond_tensorflow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 14, 0))
    environment.check_python("serve")
    with pytest.raises(SystemExit, match=r"Expected Python 3\.11, 3\.12 or 3\.13"):
        environment.check_python("dev")


def test_requirements_carry_version_marker_and_hashes() -> None:
    lock = {
        "default": {
            "b": {
                "version": "==2",
                "hashes": ["sha256:1", "sha256:2"],
                "markers": "python_version >= '3.11'",
            },
            "the-project": {"path": ".", "editable": True},
        },
        "develop": {"a": {"version": "==1", "hashes": ["sha256:3"]}},
    }
    serve = "b==2 ; python_version >= '3.11' \\\n    --hash=sha256:1 \\\n    --hash=sha256:2\n"
    assert environment.locked_requirements(lock, ("default",)) == serve
    assert (
        environment.locked_requirements(lock, ("default", "develop"))
        == f"a==1 \\\n    --hash=sha256:3\n{serve}"
    )


def test_lock_has_hashes_names_no_index_and_serving_has_no_tensorflow() -> None:
    lock = json.loads((ROOT / "Pipfile.lock").read_text(encoding="utf-8"))
    entries = [entry for section in ("default", "develop") for entry in lock[section].values()]
    assert all(entry.get("hashes") or entry.get("editable") for entry in entries)
    assert lock["_meta"]["sources"] == []
    assert not [entry for entry in entries if "index" in entry]
    assert {"numpy", "pillow", "onnxruntime", "flask", "gunicorn"} <= lock["default"].keys()
    assert not lock["default"].keys() & {"keras", "tensorflow", "tensorflow-cpu", "h5py"}


def test_environment_is_made_again_only_when_its_declarations_change(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[list[str]] = []

    def run(command: list[str], **_: object) -> SimpleNamespace:
        calls.append(command)
        (machine / ".venv-serve").mkdir(exist_ok=True)
        return SimpleNamespace(returncode=0)

    monkeypatch.setattr(subprocess, "run", run)
    environment.make_environment("serve", machine)
    steps = len(calls)
    settings_of_tools = (machine / "pyproject.toml").read_text() + "[tool.other]\nkey = 1\n"
    (machine / "pyproject.toml").write_text(settings_of_tools)
    environment.make_environment("serve", machine)
    assert (steps, len(calls)) == (4, 4)
    (machine / "Pipfile.lock").write_text((machine / "Pipfile.lock").read_text() + "\n")
    environment.make_environment("serve", machine)
    assert len(calls) == 8


def test_one_task_within_another_finds_the_environment_ready(machine: Path) -> None:
    inner = machine / ".venv-serve" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(inner.parents[1])], check=True)
    (inner.parents[1] / "complete").write_text(environment.fingerprint(machine))
    process = subprocess.run(
        [inner, machine / "tasks" / "environment.py", "serve"], capture_output=True, text=True, check=False
    )
    assert (process.returncode, process.stdout, process.stderr) == (0, "", "")


def test_failed_step_leaves_no_finished_environment(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: SimpleNamespace(returncode=1))
    with pytest.raises(SystemExit, match="ensurepip is missing or fails"):
        environment.make_environment("serve", machine)
    assert not (machine / ".venv-serve" / "complete").exists()


def test_an_environment_behind_a_link_is_not_emptied(machine: Path, tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    (shared / "kept").touch()
    (machine / ".venv-serve").symlink_to(shared)
    with pytest.raises(SystemExit, match=r"is a link .*Remove the link"):
        environment.make_environment("serve", machine)
    assert (shared / "kept").exists()
