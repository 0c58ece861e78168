import io

import numpy as np
import numpy.typing as npt
import pytest
from flask.testing import FlaskClient
from PIL import Image

from api.app import create_app
from api.config import ApiConfig
from text_recognizer import LinePrediction, PagePrediction, Region

ANSWER = {
    "pred": "first line\nsecond",
    "conf": 0.8,
    "lines": [
        {"text": "first line", "confidence": 0.8, "region": {"x1": 1, "y1": 2, "x2": 30, "y2": 10}},
        {"text": "second", "confidence": 0.8, "region": {"x1": 1, "y1": 12, "x2": 20, "y2": 19}},
    ],
}


class FakeRecognizer:
    """Answers every image with ANSWER and keeps what it was asked."""

    def __init__(self) -> None:
        self.images: list[npt.NDArray[np.uint8]] = []

    def predict(self, image: npt.NDArray[np.uint8]) -> PagePrediction:
        self.images.append(image)
        first = LinePrediction("first line", 0.8, Region(1, 2, 30, 10))
        return PagePrediction((first, LinePrediction("second", 0.8, Region(1, 12, 20, 19))))


@pytest.fixture
def recognizer() -> FakeRecognizer:
    return FakeRecognizer()


@pytest.fixture
def client(recognizer: FakeRecognizer) -> FlaskClient:
    return create_app(ApiConfig(), recognizer).test_client()


@pytest.fixture
def picture() -> npt.NDArray[np.uint8]:
    return np.random.default_rng(0).integers(0, 256, (20, 30), np.uint8)


@pytest.fixture
def png(picture: npt.NDArray[np.uint8]) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "PNG")
    return buffer.getvalue()
