"""What a run was trained with is on record."""

import dataclasses
from pathlib import Path

from training.session.record import ENVIRONMENT, Session, add_session, sessions


def test_every_start_of_a_run_is_recorded(tmp_path: Path) -> None:
    first = Session.now({"BarLines": "bars"})
    assert first.packages["keras"]
    assert first.commit
    assert first.backend in {"tensorflow", "jax"}
    add_session(tmp_path, first)
    later = dataclasses.replace(first, commit="other")
    add_session(tmp_path, later)
    assert sessions(tmp_path) == [first, later]


def test_differences_are_named() -> None:
    first = Session.now({"A": "1"})
    other = dataclasses.replace(
        first, commit="c", packages={**first.packages, "keras": "0", "new": "1"}, data={"A": "2"}
    )
    assert first.differences(first) == []
    assert first.differences(other) == [
        f"commit: {first.commit} -> c",
        f"keras: {first.packages['keras']} -> 0",
        "new: None -> 1",
        "A: 1 -> 2",
    ]


def test_a_run_without_a_record_has_none(tmp_path: Path) -> None:
    assert sessions(tmp_path) == []
    (tmp_path / ENVIRONMENT).write_text('[{"unknown": 1}]')
    assert sessions(tmp_path) == []
