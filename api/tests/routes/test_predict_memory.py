"""What requests leave in the memory of a process, with the garbage collector off."""

import gc
import io
import json
import re
import struct
from pathlib import Path

import pytest
from PIL import Image

from api.app import create_app
from api.config import ApiConfig
from api.tests.conftest import FakeRecognizer
from api.tests.problems import data_uri
from text_recognizer import PagePrediction
from text_recognizer.arrays import GrayImage
from text_recognizer.budget import Budget
from text_recognizer.predictions.languages import LanguageChoice

pytestmark = pytest.mark.slow

FAILURES = 25
PREDICT = "/v1/predict"


def resident_kb() -> int:
    found = re.search(r"VmRSS:\s+(\d+)", Path("/proc/self/status").read_text(encoding="ascii"))
    return int(found[1]) if found else 0


class Failing(FakeRecognizer):
    """Fails at every page."""

    def predict(self, image: GrayImage, budget: Budget, language: LanguageChoice = "auto") -> PagePrediction:
        raise RuntimeError("no memory")


def encoded(kind: str) -> bytes:
    buffer = io.BytesIO()
    Image.linear_gradient("L").resize((1600, 1200)).save(buffer, kind)
    return buffer.getvalue()


def truncated(kind: str) -> bytes:
    data = encoded(kind)
    return data[: len(data) * 2 // 3]


def failing_requests() -> dict[str, tuple[str, bytes, str]]:
    """Return address, body and Content-Type; the body is made before memory is looked at."""
    whole, uri = encoded("PNG"), data_uri(truncated("PNG"))
    form = b'--b\r\nContent-Disposition: form-data; name="image"; filename="a"\r\n\r\n%s\r\n--b--\r\n'
    many_pixels = whole[:16] + struct.pack(">II", 30_000, 30_000) + whole[24:]
    return {
        **{
            kind: (PREDICT, truncated(kind), "image/png")
            for kind in ("PNG", "JPEG", "TIFF", "BMP", "GIF", "WEBP")
        },
        "recognition": (PREDICT, whole, "image/png"),
        "another format": (PREDICT, b"%PDF-1.7" + bytes(2**20), "image/png"),
        "too many pixels": (PREDICT, many_pixels, "image/png"),
        "data URI": (PREDICT, json.dumps({"image": uri}).encode(), "application/json"),
        "form": (PREDICT, form % truncated("PNG"), "multipart/form-data; boundary=b"),
        "batch": (PREDICT + "/batch", json.dumps({"images": [uri]}).encode(), "application/json"),
        "JSON of another shape": (
            PREDICT,
            json.dumps({"image": ["x" * 2**20]}).encode(),
            "application/json",
        ),
    }


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from Linux' /proc")
@pytest.mark.parametrize("name", failing_requests())
def test_failures_leave_nothing_behind(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path, body, kind = failing_requests()[name]
    app = create_app(ApiConfig(), Failing())
    monkeypatch.setattr(app.logger, "disabled", True)
    client = app.test_client()

    def fail(times: int) -> int:
        for _ in range(times):
            client.post(path, data=body, content_type=kind)
        return resident_kb()

    fail(8)  # the first ones load Pillow's modules and fill the allocator's pools
    gc.collect()
    gc.disable()
    try:
        before, after = fail(1), fail(FAILURES)
    finally:
        gc.enable()
    assert after <= 1.1 * before
