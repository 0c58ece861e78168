import contextlib
import json
from pathlib import Path

import pytest

from api.benchmarks import report


@pytest.mark.parametrize("reached", [True, False])
def test_a_missed_goal_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str], reached: bool) -> None:
    path = tmp_path / "x.json"
    with contextlib.nullcontext() if reached else pytest.raises(report.MissedGoalError, match="fast"):
        report.finish("x", {"a": 1}, {"fast": reached, "small": True}, path)
    written = json.loads(path.read_text(encoding="utf-8"))
    assert (written["a"], written["goals"]) == (1, {"fast": reached, "small": True})
    assert json.loads(capsys.readouterr().out) == written
