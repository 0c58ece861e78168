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
from collections.abc import Callable
from typing import Any

import numpy as np

from api import logs
from api.decoder_child import REQUEST, RESPONSE
from text_recognizer import errors
from text_recognizer.arrays import GrayImage
from text_recognizer.errors import DAMAGED_IMAGE, ImageDecodeError, InvalidInputError
from text_recognizer.images.limits import BYTES_PER_PIXEL, ImageLimits

MAX_SECONDS = 10.0  # of the clock; the costliest image takes half a second of a processor
COPIES_OF_FILE = 4  # the body, the file in it, what decoding needs of it, and the decoder's own
PIPE_BYTES = 2**20  # as much as Linux allows without privileges: fewer switches between the processes
SPARE_MB = 64  # for what an allocator keeps between images

Source = bytes | str  # an image file, or a data URI


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

    def __init__(self, limits: ImageLimits, max_seconds: float = MAX_SECONDS) -> None:
        """Start the process; this does not wait until it is ready.

        Args:
            limits: What an image may have; its memory follows from them.
            max_seconds: Time for an image, after which the process is killed.
        """
        self._max_seconds = max_seconds
        self._lock = threading.Lock()
        memory = BYTES_PER_PIXEL * limits.max_pixels + limits.max_pixels + COPIES_OF_FILE * limits.max_bytes
        numbers = (int(memory) >> 20) + SPARE_MB, limits.max_bytes, limits.max_pixels, limits.max_side
        self._command = [sys.executable, "-m", "api.decoder_child", *map(str, numbers)]
        self._process = self._started()

    def decode(self, source: Source, charge: Callable[[float], None] = lambda _: None) -> GrayImage:
        """Return the grey values (H, W) of an image.

        Args:
            source: Content of an image file, or a data URI.
            charge: Called with the seconds of the processor that it took, also if it failed.


        Raises:
            InvalidInputError: As `load_image` and `load_data_uri` raise; also `ImageTooLargeError` if the
                memory does not suffice, and `ImageDecodeError` if the decoder crashes or takes too long.
        """
        with self._lock:
            if self._process.poll() is not None:  # it ended while it had nothing to do
                _end(self._process)
                self._process = self._started()
            late = threading.Event()
            timer = threading.Timer(self._max_seconds, self._kill, (self._process, late))
            timer.start()
            try:
                return self._decoded(source, charge)
            except (EOFError, BrokenPipeError):
                status = _end(self._process)
                self._process = self._started()
                reason = f"{self._max_seconds:g} s did not suffice" if late.is_set() else _ending(status)
            finally:
                timer.cancel()
        logging.getLogger(logs.LOGGER).error("An image could not be decoded: %s.", reason)
        raise ImageDecodeError(DAMAGED_IMAGE.format("image", reason))

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._process.kill()
            _end(self._process)

    def _started(self) -> subprocess.Popen[bytes]:
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

    def _decoded(self, source: Source, charge: Callable[[float], None]) -> GrayImage:
        """Return the grey values (H, W) that the process sends."""
        stdin, stdout = self._process.stdin, self._process.stdout
        data = source.encode("utf-8", "surrogatepass") if isinstance(source, str) else source
        stdin.write(REQUEST.pack(isinstance(source, str), len(data)))  # type: ignore[union-attr]  # are pipes
        stdin.write(data)  # type: ignore[union-attr]
        stdin.flush()  # type: ignore[union-attr]
        decoded, seconds, first, second = RESPONSE.unpack(_read(stdout, RESPONSE.size))
        charge(seconds)
        if decoded:
            return np.frombuffer(_read(stdout, first * second), np.uint8).reshape(first, second)
        name, text = _read(stdout, first).decode(), _read(stdout, second).decode()
        kind: type[InvalidInputError] = getattr(errors, name)
        raise kind(text)

    @staticmethod
    def _kill(process: subprocess.Popen[bytes], late: threading.Event) -> None:
        late.set()
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
