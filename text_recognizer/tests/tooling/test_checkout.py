"""The commit that results name."""

import subprocess
from pathlib import Path

import pytest

from text_recognizer.tooling import checkout


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with one source file and one result, both committed."""
    for name in ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"):
        monkeypatch.setenv(name, "tester")
    monkeypatch.setattr(checkout, "CHECKOUT", tmp_path)
    (tmp_path / "evaluation" / "results").mkdir(parents=True)
    (tmp_path / "code.py").write_text("a = 1\n")
    (tmp_path / "evaluation" / "results" / "score.json").write_text("{}\n")
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "first"]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    return tmp_path


def test_a_clean_checkout_is_its_commit(repository: Path) -> None:
    head = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=repository, capture_output=True, text=True, check=True
    )
    assert checkout.current_commit() == head.stdout.strip()


def test_changed_code_counts_changed_results_do_not(repository: Path) -> None:
    clean = checkout.current_commit()
    (repository / "evaluation" / "results" / "score.json").write_text("[]\n")
    assert checkout.current_commit() == clean
    (repository / "code.py").write_text("a = 2\n")
    assert checkout.current_commit() == clean + "+"


def test_outside_a_checkout_it_is_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkout, "CHECKOUT", tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert checkout.current_commit() == "unknown"
    monkeypatch.setenv("PATH", "")
    assert checkout.current_commit() == "unknown"
