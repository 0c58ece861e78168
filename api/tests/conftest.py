import contextlib
import io
import threading
from collections.abc import Iterator
from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

import numpy as np
import pytest
from flask.testing import FlaskClient
from PIL import Image

from api.app import create_app
from api.config import ApiConfig
from text_recognizer import LinePrediction, PagePrediction, Region, WordPrediction
from text_recognizer.arrays import GrayImage
from text_recognizer.budget import Budget
from text_recognizer.inference.artifacts import Artifact, InputSpec, Kind
from text_recognizer.predictions.languages import LanguageChoice
from text_recognizer.predictions.single import TextAlternative

PNG = {"content_type": "image/png"}
MODELS = {
    "line": {"name": "Lines", "sha256": "a" * 64},
    "paragraph": {"name": "Detector", "sha256": "b" * 64},
}
LINES = (
    LinePrediction("first line", 0.8, Region(1, 2, 30, 10)),
    LinePrediction("second", 0.8, Region(1, 12, 20, 19)),
)
ALTERNATIVES = (
    TextAlternative("a line", 0.4),
    TextAlternative("a lime", 0.3),
    TextAlternative("a lane", 0.1),
)
# What FakeRecognizer says about an image of 30 x 20.
ANSWER = {
    "pred": "first line\nsecond",
    "conf": 0.8,
    "language": None,
    "lines": [line.to_dict() for line in LINES],
    "complete": True,
    "warnings": [],
    "mode": "page",
    "width": 30,
    "height": 20,
    "model": MODELS["line"],
    "detector": MODELS["paragraph"],
}


class FakeModel:
    """Reads every line as "a line"."""

    def __init__(self, kind: Kind) -> None:
        name, sha256 = MODELS[kind].values()
        spec = InputSpec(kind, None, None, 1)
        self.artifact = Artifact(name, Path(), sha256, "abc", spec, "ctc", {"created": "today"})
        self.images: list[GrayImage] = []
        self.alternatives = 0

    def predict(self, image: GrayImage, budget: Budget, language: LanguageChoice = "auto") -> LinePrediction:
        self.images.append(image)
        return LinePrediction("a line", 0.5, alternatives=ALTERNATIVES[: self.alternatives])

    def with_alternatives(self, count: int) -> Self:
        model = copy(self)
        model.alternatives = count
        return model


class FakeWords:
    """Reads every word alike."""

    def __init__(self, name: str, text: str = "exit") -> None:
        spec = InputSpec("word", 64, None, 8)
        self.artifact = Artifact(name, Path(), "c" * 64, "abc", spec, "ctc", {})
        self.text = text

    def predict(self, image: GrayImage) -> WordPrediction:
        return WordPrediction(self.text, 0.7)


class FakeRecognizer:
    """Answers every page with ANSWER and keeps what it was asked."""

    def __init__(self, *_: Any) -> None:
        self.images: list[GrayImage] = []
        self.detector = FakeModel("paragraph")
        self.line_predictor = FakeModel("line")

    def predict(self, image: GrayImage, budget: Budget, language: LanguageChoice = "auto") -> PagePrediction:
        self.images.append(image)
        told = ALTERNATIVES[: self.line_predictor.alternatives]
        return PagePrediction(tuple(replace(line, alternatives=told) for line in LINES))

    def with_alternatives(self, count: int) -> Self:
        recognizer = copy(self)
        recognizer.line_predictor = self.line_predictor.with_alternatives(count)
        return recognizer


class Stuck(FakeRecognizer):
    """Reads the first page and hangs at the second until told otherwise."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.go_on = threading.Event(), threading.Event()

    def predict(self, image: GrayImage, budget: Budget, language: LanguageChoice = "auto") -> PagePrediction:
        if self.images:
            self.begun.set()
            self.go_on.wait(30)
        return super().predict(image, budget)

    @contextlib.contextmanager
    def hanging(self, client: FlaskClient, png: bytes) -> Iterator[None]:
        """Let another thread's request hang within the `with` block."""
        for _ in range(1 if self.images else 2):
            thread = threading.Thread(target=lambda: client.post("/v1/predict", data=png, **PNG))
            thread.start()
            if not self.images:
                thread.join()
        assert self.begun.wait(30)
        try:
            yield
        finally:
            self.go_on.set()
            thread.join()


@pytest.fixture
def recognizer() -> FakeRecognizer:
    return FakeRecognizer()


@pytest.fixture
def client(recognizer: FakeRecognizer) -> FlaskClient:
    return create_app(ApiConfig(), recognizer).test_client()


@pytest.fixture
def picture() -> GrayImage:
    return np.random.default_rng(0).integers(0, 256, (20, 30), np.uint8)


@pytest.fixture
def png(picture: GrayImage) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "PNG")
    return buffer.getvalue()


def make(recognizer: FakeRecognizer | None = None, **settings: Any) -> FlaskClient:
    return create_app(ApiConfig(**settings), recognizer or FakeRecognizer()).test_client()
