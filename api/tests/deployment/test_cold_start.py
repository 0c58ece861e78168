import argparse
import json
import zipfile
from pathlib import Path

import pytest

from api.deployment import cold_start
from api.deployment.cold_start import ColdStart, check_runtime
from api.deployment.errors import DeploymentError
from api.deployment.lambda_zip import runtime


def write_zip(path: Path, built_with: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("RUNTIME", f"{built_with}\n")
    return path


def test_zip_of_another_python_is_not_tried(tmp_path: Path) -> None:
    with pytest.raises(DeploymentError, match=r"received one for python2\.7"):
        check_runtime(write_zip(tmp_path / "a.zip", "python2.7"))
    (tmp_path / "b.zip").write_bytes(b"no zip")
    with pytest.raises(DeploymentError, match=r"build_lambda_zip\.sh"):
        check_runtime(tmp_path / "b.zip")


def run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *starts: ColdStart, written: str = ""
) -> argparse.Namespace:
    """Return the arguments of a run whose starts take the given times, and write a file."""
    times = iter(starts)

    def measure(task: Path, _: Path) -> ColdStart:
        if written:
            (task / written).touch()
        return next(times)

    monkeypatch.setattr(cold_start, "install_client", lambda folder: None)
    monkeypatch.setattr(cold_start, "measure", measure)
    return argparse.Namespace(zip=write_zip(tmp_path / "a.zip", runtime()), starts=len(starts))


def test_the_best_start_counts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    slow, fast = ColdStart(9.0, 9.0, 1.0, 1.0, 1.0), ColdStart(1.0, 2.0, 1.0, 1.0, 1.0)
    cold_start.run(run(monkeypatch, tmp_path, slow, fast, slow))
    printed = json.loads(capsys.readouterr().out)
    assert (printed["best"]["init"], len(printed["all"])) == (1.0, 3)


@pytest.mark.parametrize("start", [ColdStart(2.6, 1.0, 1.0, 1.0, 1.0), ColdStart(1.0, 4.1, 1.0, 1.0, 1.0)])
def test_starts_beyond_the_limits_fail(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, start: ColdStart
) -> None:
    with pytest.raises(DeploymentError, match=r"at most 2\.5 s to start and 4\.0 s"):
        cold_start.run(run(monkeypatch, tmp_path, start))


def test_a_function_that_writes_beside_its_modules_fails(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    start = ColdStart(1.0, 1.0, 1.0, 1.0, 1.0)
    with pytest.raises(DeploymentError, match="wrote files"):
        cold_start.run(run(monkeypatch, tmp_path, start, written="cache"))
