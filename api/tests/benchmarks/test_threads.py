from types import SimpleNamespace
from typing import Any

import pytest

from api.benchmarks import threads


class Recognizer:
    """Reads every image as its length; in the calls whose number is in `wrong`, as something else."""

    def __init__(self, *wrong: int, batch: str = "") -> None:
        self._wrong, self._calls, self._batch = wrong, 0, batch
        self.line_predictor = self

    def predict(self, image: bytes) -> Any:
        self._calls += 1
        return SimpleNamespace(text="wrong" if self._calls in self._wrong else str(len(image)))

    def predict_batch(self, images: list[bytes]) -> list[Any]:
        return [SimpleNamespace(text=self._batch or str(len(image))) for image in images]


def measure(monkeypatch: pytest.MonkeyPatch, recognizer: Recognizer) -> dict[str, Any]:
    monkeypatch.setattr(threads, "load_recognizer", lambda threads: recognizer)
    return threads.measure(threads=3, predictions=40)


def test_threads_that_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    result = measure(monkeypatch, Recognizer())
    assert (result["threads"], result["predictions"], result["different"]) == (3, 120, 0)
    assert result["batch_equals_single"]


def test_every_difference_is_counted_and_some_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    result = measure(monkeypatch, Recognizer(*range(50, 57)))
    assert result["different"] == 7
    assert len(result["examples"]) == 5
    assert result["examples"][0].startswith("'wrong' instead of ")


def test_a_batch_that_differs(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not measure(monkeypatch, Recognizer(batch="x"))["batch_equals_single"]
