import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = sorted(Path(__file__).parents[1].glob("evaluate_*.py"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_evaluation_runs_without_keras(script: Path) -> None:
    code = (
        "import importlib, sys\n"
        f"importlib.import_module('evaluation.{script.stem}')\n"
        "loaded = {'keras', 'tensorflow', 'training'} & set(sys.modules)\n"
        "assert not loaded, loaded\n"
    )
    root = SCRIPTS[0].parents[1]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_every_evaluation_has_the_common_arguments(script: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", f"evaluation.{script.stem}", "--help"],
        cwd=SCRIPTS[0].parents[1], capture_output=True, text=True, check=True,
    )  # fmt: skip
    for argument in ("--data-root", "--split", "--weights", "--limit", "--json"):
        assert argument in done.stdout
