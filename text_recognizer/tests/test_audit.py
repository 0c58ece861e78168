import json
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tasks import audit

CLEAN = {"name": "flask", "version": "3.1.3", "vulns": []}
LISTED = {"name": "x", "version": "1", "vulns": [{"id": "CVE-1", "fix_versions": ["1.1", "2"]}]}
UNKNOWN = {"name": "y", "skip_reason": "Dependency not found on PyPI"}


def answer(monkeypatch: pytest.MonkeyPatch, *packages: dict[str, Any]) -> None:
    output = json.dumps({"dependencies": packages})
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: SimpleNamespace(stdout=output))


def test_clean(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    answer(monkeypatch, CLEAN)
    monkeypatch.setattr(audit, "locked_requirements", lambda *_: "flask==3.1.3\n")
    audit.main()
    assert capsys.readouterr().out == "1 packages looked up, none has a known vulnerability.\n"


def test_listed_packages_are_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answer(monkeypatch, CLEAN, LISTED)
    with pytest.raises(SystemExit, match="Expected no known vulnerabilities"):
        audit.main()
    assert capsys.readouterr().out == "x 1: CVE-1, mended in 1.1, 2\n"


def test_a_mirror_that_knows_no_package_is_no_clean_answer(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answer(monkeypatch, UNKNOWN)
    with pytest.raises(SystemExit) as raised:
        audit.main()
    assert raised.value.code == 2
    assert "nothing is known of them" in capsys.readouterr().err


def test_packages_that_were_not_looked_up_are_counted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answer(monkeypatch, CLEAN, UNKNOWN)
    monkeypatch.setattr(audit, "locked_requirements", lambda *_: "flask==3.1.3\ny==1\n")
    with pytest.raises(SystemExit) as raised:
        audit.main()
    assert raised.value.code == 2
    assert "1 of 2" in capsys.readouterr().err


def test_no_connection(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: SimpleNamespace(stdout="Traceback"))
    assert audit.ask("osv", tmp_path) == []
