"""Images are decoded in a process of their own; what happens to it costs one request."""

import base64
import io
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from api.app import create_app
from api.config import ApiConfig
from api.decoder_process import DecoderProcess
from api.tests.conftest import FakeRecognizer
from api.tests.documents.pages import document
from text_recognizer.errors import ImageDecodeError, ImageTooLargeError, InvalidInputError
from text_recognizer.images.limits import LIMITS, ImageLimits
from text_recognizer.images.loading import load_data_uri, load_image

pytestmark = pytest.mark.process

# Stands for a decoder that fails in C: what it does depends on the width of the image.
STAND_IN = """
import os, signal, sys, time
from api import decoder_child
real = decoder_child.load_image
def load_image(data, limits, *page):
    image = real(data, limits, *page)
    width = image.shape[1]
    if width == 13:
        os.kill(os.getpid(), signal.SIGSEGV)
    if width == 14:
        time.sleep(60)
    if width == 15:
        bytearray(2**40)
    return image
decoder_child.load_image = load_image
sys.argv = ["decoder_child", *sys.argv[1:]]
decoder_child.main()
"""


def png(width: int, height: int = 9) -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.arange(width * height, dtype=np.uint8).reshape(height, width)).save(file, "PNG")
    return file.getvalue()


@pytest.fixture(scope="module")
def decoder() -> Iterator[DecoderProcess]:
    decoder = DecoderProcess(LIMITS)
    yield decoder
    decoder.close()


class FragileDecoder(DecoderProcess):
    """A decoder whose process runs `STAND_IN`."""

    def __init__(self, max_seconds: float) -> None:
        self.max_seconds = max_seconds
        super().__init__(ImageLimits(max_pixels=100_000), max_seconds)

    def _started(self):  # type: ignore[no-untyped-def]
        self._command[1:3] = ["-c", STAND_IN]
        return super()._started()


@pytest.fixture
def fragile() -> Iterator[FragileDecoder]:
    decoder = FragileDecoder(max_seconds=20)
    yield decoder
    decoder.close()


@pytest.mark.parametrize("width", [1, 30, 2001])
def test_images_are_those_that_are_decoded_here(width: int, decoder: DecoderProcess) -> None:
    data = png(width, 50)
    assert np.array_equal(decoder.decode(data), load_image(data))
    uri = f"data:image/png;base64,{base64.b64encode(data).decode()}"
    assert np.array_equal(decoder.decode(uri), load_data_uri(uri))


@pytest.mark.parametrize(
    "source", [b"", b"hello", b"\x89PNG\r\n\x1a\n", png(30)[:50], "data:,x", "no uri", "é" * 9, "\ud800"]
)
def test_errors_are_those_that_are_raised_here(source: bytes | str, decoder: DecoderProcess) -> None:
    with pytest.raises(InvalidInputError) as here:
        load_data_uri(source) if isinstance(source, str) else load_image(source, LIMITS)
    with pytest.raises(InvalidInputError) as there:
        decoder.decode(source)
    assert type(there.value) is type(here.value)
    assert str(there.value) == str(here.value)


def test_the_time_of_the_processor_is_charged(decoder: DecoderProcess) -> None:
    spent: list[float] = []
    decoder.decode(png(2001, 50), spent.append)
    with pytest.raises(InvalidInputError):
        decoder.decode(b"hello", spent.append)
    assert len(spent) == 2
    assert all(0 < seconds < 10 for seconds in spent)


def test_limits_are_those_of_the_service() -> None:
    decoder = DecoderProcess(ImageLimits(max_pixels=1000))
    try:
        with pytest.raises(ImageTooLargeError, match="1,000 pixels"):
            decoder.decode(png(200))
    finally:
        decoder.close()


def test_a_crash_costs_one_request_and_is_logged(
    fragile: FragileDecoder, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(ImageDecodeError, match="SIGSEGV"):
        fragile.decode(png(13))
    assert [record.getMessage() for record in caplog.records] == [
        "An image could not be decoded: its decoder ended with SIGSEGV."
    ]
    assert fragile.decode(png(30)).shape == (9, 30)


def test_a_decoder_that_hangs_is_killed(fragile: FragileDecoder) -> None:
    fragile.decode(png(30))  # it has started
    fragile._max_seconds = 0.3
    hung = fragile._process
    with pytest.raises(ImageDecodeError, match=r"0\.3 s did not suffice"):
        fragile.decode(png(14))
    assert hung.wait() == -signal.SIGKILL  # it would have slept for a minute
    fragile._max_seconds = 20
    assert fragile.decode(png(30)).shape == (9, 30)


@pytest.mark.skipif(sys.platform != "linux", reason="addresses are limited on Linux")
def test_memory_that_does_not_suffice_is_an_image_that_is_too_large(fragile: FragileDecoder) -> None:
    with pytest.raises(ImageTooLargeError, match="MB of memory"):
        fragile.decode(png(15))
    pid = fragile._process.pid
    assert fragile.decode(png(30)).shape == (9, 30)
    assert fragile._process.pid == pid  # it goes on


def test_starting_takes_none_of_the_time_of_an_image(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = "import time; time.sleep(1.5); " + STAND_IN
    monkeypatch.setattr(sys.modules[__name__], "STAND_IN", slow)
    decoder = FragileDecoder(max_seconds=1.0)
    try:
        assert decoder.decode(png(30)).shape == (9, 30)
        assert decoder._process.poll() is None
    finally:
        decoder.close()


def test_a_process_that_does_not_start_costs_the_request(
    fragile: FragileDecoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.decoder_process.MAX_START_SECONDS", 0.01)
    with pytest.raises(ImageDecodeError, match=r"0\.01 s did not suffice"):
        fragile.decode(png(30))
    monkeypatch.undo()
    assert fragile.decode(png(30)).shape == (9, 30)


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="what is loaded is read in /proc")
def test_what_reads_pdfs_is_loaded_with_the_first_of_them() -> None:
    pytest.importorskip("pypdfium2")
    decoder = DecoderProcess(LIMITS, documents=True)
    try:
        decoder.decode(png(30))
        loaded = Path(f"/proc/{decoder._process.pid}/maps")
        assert "pdfium" not in loaded.read_text(encoding="utf-8")
        assert decoder.decode_page(document(40, form="PDF"), 1).size > 0
        assert "pdfium" in loaded.read_text(encoding="utf-8")
    finally:
        decoder.close()


def test_a_process_that_ended_between_two_images_costs_none(fragile: FragileDecoder) -> None:
    fragile.decode(png(30))
    before = fragile._process.pid
    os.kill(before, signal.SIGKILL)
    fragile._process.wait()
    assert fragile.decode(png(30)).shape == (9, 30)
    assert fragile._process.pid != before


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="the environment is read in /proc")
def test_the_process_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXT_RECOGNIZER_API_API_KEY", "secret")
    decoder = DecoderProcess(LIMITS)
    try:
        decoder.decode(png(30))
        assert b"secret" not in Path(f"/proc/{decoder._process.pid}/environ").read_bytes()
    finally:
        decoder.close()


def test_the_service_decodes_there_if_it_is_configured(
    decoder: DecoderProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.app.DecoderProcess", lambda *_, **__: decoder)
    client = create_app(ApiConfig(decoder_process=True), FakeRecognizer()).test_client()
    response = client.post("/v1/predict", data=png(30, 20), content_type="image/png")
    assert response.status_code == 200
    assert (response.json["width"], response.json["height"]) == (30, 20)  # type: ignore[index]
    assert client.post("/v1/predict", data=b"x", content_type="image/png").status_code == 415
