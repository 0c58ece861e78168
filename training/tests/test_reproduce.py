"""A run is trained again, and its curve is the same."""

import dataclasses
import logging
from pathlib import Path

import pytest

from text_recognizer.errors import DataError
from training import reproduce
from training.runs import CONFIG, HISTORY
from training.session.record import ENVIRONMENT, add_session, sessions
from training.tests.eagerly import train_eagerly
from training.tests.test_train import characters
from training.train import run


def test_two_runs_of_one_seed_have_one_curve(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    train_eagerly(monkeypatch)
    old = tmp_path / "run"
    run(characters(epochs=2), old)
    session = sessions(old)[0]
    (old / ENVIRONMENT).unlink()
    add_session(old, dataclasses.replace(session, commit="former"))
    with caplog.at_level(logging.INFO):
        assert reproduce.main([str(old)]) == 0
    assert f"then -> now: commit: former -> {session.commit}" in caplog.text
    assert "The curves are the same: they differ by 0 at most" in caplog.text
    assert (tmp_path / "run-again" / HISTORY).read_text() == (old / HISTORY).read_text()
    assert reproduce.main([str(old)]) == 1
    assert "run-again holds a run" in caplog.text


def test_another_curve_or_other_data_is_an_error(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert reproduce.main([str(tmp_path)]) == 1
    assert f"There is no {CONFIG}" in caplog.text
    for name, loss in (("a", 0.5), ("b", 0.25)):
        (tmp_path / name).mkdir()
        (tmp_path / name / HISTORY).write_text(f"epoch,loss\n1,{loss}\n")
    assert reproduce.difference(tmp_path / "a", tmp_path / "b") == 0.25
    (tmp_path / "b" / HISTORY).write_text("epoch,loss\n1,0.5\n2,0.4\n")
    with pytest.raises(DataError, match="other epochs"):
        reproduce.difference(tmp_path / "a", tmp_path / "b")
