"""Decodes images in a process of its own, with a memory limit and a time limit.

A decoder in C that crashes, hangs or asks for gigabytes then costs one request and no worker. The process is
started anew after each such request.
"""

import contextlib
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import numpy as np

from api import logs
from api.decoder_child import COUNT, DATA_URI, IMAGE, PAGE, READY, REQUEST, RESPONSE
from text_recognizer import errors
from text_recognizer.arrays import GrayImage
from text_recognizer.errors import DAMAGED_IMAGE, ImageDecodeError, InvalidInputError
from text_recognizer.images.limits import BYTES_PER_PIXEL, ImageLimits
from text_recognizer.images.pdf import is_pdf

MAX_START_SECONDS = 20.0  # of the clock; on a busy machine, starting takes three
MAX_SECONDS = 10.0  # of the clock; the costliest image takes half a second of a processor
MAX_PAGE_SECONDS = 3.0  # of the clock; a scan of A4 at 300 dpi takes a quarter of a second
COPIES_OF_FILE = 4  # the body, the file in it, what decoding needs of it, and the decoder's own
PIPE_BYTES = 2**20  # as much as Linux allows without privileges: fewer switches between the processes
SPARE_MB = 64  # for what an allocator keeps between images
PDFIUM_MB = 16  # addresses of the library that reads PDFs, which is loaded with the first of them
_EMPTY_PDF = b"%PDF-"  # whoever opens it has to load what reads PDFs

Source = bytes | str  # an image file, or a data URI
Result = TypeVar("Result")
Charge = Callable[[float], None]


def _nothing(_: float) -> None:
    pass


class DecoderEndedError(ImageDecodeError):
    """The process crashed, or was killed because it took too long.

    ```python
    from api.decoder_process import DecoderEndedError

    print(DecoderEndedError("The file is damaged: 3 s did not suffice.").http_status)
    ```
    """


class DecoderProcess:
    """Decodes one image at a time in another process; threads may share it.

    ```python
    from pathlib import Path

    from api.decoder_process import DecoderProcess
    from text_recognizer.images.limits import LIMITS

    decoder = DecoderProcess(LIMITS)
    print(decoder.decode(Path(folder, "line.png").read_bytes()).shape)
    decoder.close()
    ```
    """

    def __init__(
        self, limits: ImageLimits, max_seconds: float = MAX_SECONDS, documents: bool = False
    ) -> None:
        """Start the process; this does not wait until it is ready.

        Args:
            limits: What an image may have; its memory follows from them.
            max_seconds: Time for an image, after which the process is killed.
            documents: Whether it also reads the pages of PDF and TIFF.
        """
        self._max_seconds = max_seconds
        self._lock = threading.Lock()
        self._ready = self._reads_pdfs = False  # what the process has said
        self._late: float | None = None  # seconds after which the process was killed
        memory = BYTES_PER_PIXEL * limits.max_pixels + limits.max_pixels + COPIES_OF_FILE * limits.max_bytes
        megabytes = (int(memory) >> 20) + SPARE_MB + (PDFIUM_MB if documents else 0)
        numbers = megabytes, limits.max_bytes, limits.max_pixels, limits.max_side
        pages = limits.max_pages if documents else 0
        self._command = [sys.executable, "-m", "api.decoder_child", *map(str, (*numbers, pages))]
        self._process = self._started()

    def decode(self, source: Source, charge: Charge = _nothing) -> GrayImage:
        """Return the grey values (H, W) of an image.

        Args:
            source: Content of an image file, or a data URI.
            charge: Called with the seconds of the processor that it took, also if it failed.

        Raises:
            InvalidInputError: As `load_image` and `load_data_uri` raise; also `ImageTooLargeError` if the
                memory does not suffice, and `DecoderEndedError` if the decoder crashes or takes too long.
        """
        if isinstance(source, str):
            return self._asked(DATA_URI, source.encode("utf-8", "surrogatepass"), 0, charge, self._pixels)
        return self._asked(IMAGE, source, 0, charge, self._pixels)

    def decode_page(self, document: bytes, page: int, charge: Charge = _nothing) -> GrayImage:
        """Return the grey values (H, W) of a page, from 1 on, of a PDF, a TIFF or another image.

        Raises:
            InvalidInputError: As `decode` does.
        """
        return self._asked(PAGE, document, page, charge, self._pixels)

    def count_pages(self, document: bytes) -> int:
        """Return the number of pages of a PDF or a TIFF; 1 of another file.

        Raises:
            InvalidInputError: As `text_recognizer.images.loading.count_pages` and `decode` do.
        """
        return self._asked(COUNT, document, 0, _nothing, lambda count, _: count)

    def _asked(
        self,
        kind: int,
        data: bytes,
        page: int,
        charge: Charge,
        receive: Callable[[int, int], Result],
    ) -> Result:
        """Return what `receive` makes of the two numbers of a response, within the time limit."""
        max_seconds = self._max_seconds if kind in (IMAGE, DATA_URI) else MAX_PAGE_SECONDS
        with self._lock:
            if self._process.poll() is not None:  # it ended while it had nothing to do
                self._restart()
            self._late = None
            try:
                # Starting it is not the fault of this image: its time begins when the process is ready.
                with self._limited(MAX_START_SECONDS):
                    self._prepare(pdf=kind in (PAGE, COUNT) and is_pdf(data))
                with self._limited(max_seconds):
                    self._send(REQUEST.pack(kind, len(data), page), data)
                    return receive(*self._accepted(charge))
            except (EOFError, BrokenPipeError):
                status = self._restart()
                reason = _ending(status) if self._late is None else f"{self._late:g} s did not suffice"
        logging.getLogger(logs.LOGGER).error("An image could not be decoded: %s.", reason)
        raise DecoderEndedError(DAMAGED_IMAGE.format("image", reason))

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._process.kill()
            _end(self._process)

    @contextlib.contextmanager
    def _limited(self, seconds: float) -> Iterator[None]:
        """Kill the process if it takes longer."""
        timer = threading.Timer(seconds, self._kill, (self._process, seconds))
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _prepare(self, pdf: bool) -> None:
        """Wait until the process has started, and for a `pdf` until it has loaded what reads them.

        Raises:
            EOFError: If it ends before.
        """
        if not self._ready:
            _read(self._process.stdout, len(READY))
            self._ready = True
        if pdf and not self._reads_pdfs:
            self._send(REQUEST.pack(COUNT, len(_EMPTY_PDF), 0), _EMPTY_PDF)
            with contextlib.suppress(InvalidInputError):  # it is damaged, or PDFs cannot be read here
                self._accepted(_nothing)
            self._reads_pdfs = True

    def _restart(self) -> int:
        """Start the process anew; return the status of the one that is ending."""
        status = _end(self._process)
        self._process = self._started()
        return status

    def _started(self) -> subprocess.Popen[bytes]:
        self._ready = self._reads_pdfs = False
        return subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pipesize=PIPE_BYTES,
            # No key or other secret is in the memory of a process that strangers' files are decoded in.
            env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "MALLOC_ARENA_MAX": "1"}
            | {"OPENBLAS_NUM_THREADS": "1"},
            start_new_session=True,  # Ctrl-C in a terminal is for the service, which then ends this one
        )

    def _send(self, head: bytes, data: bytes) -> None:
        stdin: Any = self._process.stdin
        for part in (head, data):
            stdin.write(part)
        stdin.flush()

    def _accepted(self, charge: Charge) -> tuple[int, int]:
        """Return the numbers of a response, or raise the error that it names."""
        stdout = self._process.stdout
        decoded, seconds, first, second = RESPONSE.unpack(_read(stdout, RESPONSE.size))
        charge(seconds)
        if decoded:
            return first, second
        name, text = _read(stdout, first).decode(), _read(stdout, second).decode()
        kind: type[InvalidInputError] = getattr(errors, name)
        raise kind(text)

    def _pixels(self, height: int, width: int) -> GrayImage:
        """Return the grey values (H, W) that follow."""
        return np.frombuffer(_read(self._process.stdout, height * width), np.uint8).reshape(height, width)

    def _kill(self, process: subprocess.Popen[bytes], seconds: float) -> None:
        self._late = seconds
        process.kill()


def _read(stream: Any, count: int) -> bytearray:
    """Return exactly so many bytes.

    Raises:
        EOFError: If the process ended before.
    """
    buffer = bytearray(count)
    view = memoryview(buffer)
    while len(view):
        got = stream.readinto(view)
        if not got:
            raise EOFError
        view = view[got:]
    return buffer


def _end(process: subprocess.Popen[bytes]) -> int:
    """Wait for a process that is ending and close its pipes; return its status."""
    for pipe in (process.stdin, process.stdout):
        with contextlib.suppress(OSError):  # what could not be written any more
            pipe.close()  # type: ignore[union-attr]  # are pipes
    return process.wait()


def _ending(status: int) -> str:
    name = signal.Signals(-status).name if status < 0 else f"status {status}"
    return f"its decoder ended with {name}"
