"""What is said of the rows of actors; the cluster itself is tested in text_recognizer/tests/ray."""

import importlib.util
from pathlib import Path

import pytest

from evaluation.scaling import actors
from evaluation.scaling.actors import TimedReader, main, summarize


def row(actor: int, ended: float, spent: float) -> dict[str, float]:
    return {"actor": actor, "ended_s": ended, "processor_s": spent}


def test_pages_count_from_when_all_actors_have_read_one() -> None:
    rows = [row(1, 10, 9.0), row(2, 12, 7.0), row(1, 11, 0.1), row(1, 13, 0.2), row(2, 14, 0.3)]
    assert summarize(rows) == pytest.approx({"pages_per_second": 1.0, "processor_ms": 200.0})


def test_who_waits_spends_nothing() -> None:
    found = TimedReader(wait_s=0.01)(b"abc")
    assert found["text"] == "3 bytes"
    assert found["processor_s"] < 0.01


def test_models_are_loaded_once_by_the_actor(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[str] = []

    def page_reader(weights: str) -> object:
        loaded.append(weights)
        return lambda data: {"text": data.decode()}

    monkeypatch.setattr(actors, "page_reader", page_reader)
    read = TimedReader("some")
    assert not loaded
    assert [read(b"a")["text"], read(b"b")["text"], loaded] == ["a", "b", ["some"]]


@pytest.mark.skipif(importlib.util.find_spec("ray") is not None, reason="Ray is here")
def test_without_ray_the_extra_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "page.png").write_bytes(b"")
    assert main([str(tmp_path / "page.png")]) == 1
