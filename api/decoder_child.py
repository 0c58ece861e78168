"""The process that decodes images: `python -m api.decoder_child MEGABYTES MAX_BYTES MAX_PIXELS MAX_SIDE`.

It reads requests from stdin and writes responses to stdout, one after the other, until stdin ends. It gets no
environment, may write no file, and must do with the memory that it is given. `decoder_process` starts it.
"""

import ctypes
import io
import re
import resource
import struct
import sys
import time
from pathlib import Path
from typing import BinaryIO

from PIL import Image

from text_recognizer.arrays import GrayImage
from text_recognizer.errors import ImageTooLargeError, InvalidInputError
from text_recognizer.images.limits import ImageLimits
from text_recognizer.images.loading import load_data_uri, load_image

REQUEST = struct.Struct("<?Q")  # whether the image is a data URI, and its bytes
# Whether it was decoded; seconds of the processor; height and width, or the lengths of name and text.
RESPONSE = struct.Struct("<?dQQ")

_LARGE_PIXELS = 2_000_000  # at this size, giving memory back is worth the milliseconds that it takes
_TOO_LITTLE = "Decoding the image takes more than {:,} MB of memory. Scale it down, or save it as JPEG."


def decode_all(requests: BinaryIO, responses: BinaryIO, limits: ImageLimits, megabytes: int) -> None:
    """Respond to every request with the grey values of its image, or with the error that it caused.

    Args:
        requests: Each `REQUEST` and the image.
        responses: Each `RESPONSE` and the grey values, or the name of the error and its text.
        limits: What an image may have.
        megabytes: The memory that there is, for the message if it does not suffice.
    """
    while head := requests.read(REQUEST.size):
        is_uri, length = REQUEST.unpack(head)
        data = requests.read(length)
        start = time.process_time()
        try:
            image = data.decode("utf-8", "surrogatepass") if is_uri else data
            gray = load_data_uri(image, limits) if isinstance(image, str) else load_image(image, limits)
        except InvalidInputError as error:
            _refuse(responses, error, start)
        except MemoryError:
            _refuse(responses, ImageTooLargeError(_TOO_LITTLE.format(megabytes)), start)
        else:
            _send(responses, gray, start)
            del gray
        del data, image
        responses.flush()


def _send(responses: BinaryIO, gray: GrayImage, start: float) -> None:
    """Write the grey values (H, W), whose decoding began at `start` of `time.process_time`."""
    responses.write(RESPONSE.pack(True, time.process_time() - start, *gray.shape))
    responses.write(gray.data)
    if gray.size >= _LARGE_PIXELS:
        getattr(ctypes.CDLL(None), "malloc_trim", int)(0)  # glibc keeps freed memory in fragments


def _refuse(responses: BinaryIO, error: InvalidInputError, start: float) -> None:
    name, text = type(error).__name__.encode(), str(error).encode("utf-8", "replace")
    seconds = time.process_time() - start
    responses.write(RESPONSE.pack(False, seconds, len(name), len(text)) + name + text)


def limit_resources(megabytes: int) -> None:
    """Take memory beyond `megabytes`, files and core dumps away from this process."""
    found = re.search(r"VmSize:\s+(\d+)", _status())
    if found:  # Linux; elsewhere addresses cannot be limited
        most = (int(found.group(1)) << 10) + (megabytes << 20)
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    for what in (resource.RLIMIT_FSIZE, resource.RLIMIT_CORE):
        resource.setrlimit(what, (0, 0))


def _status() -> str:
    path = Path("/proc/self/status")
    return path.read_text(encoding="ascii") if path.exists() else ""


def main() -> None:
    """Decode until stdin ends."""
    megabytes, max_bytes, max_pixels, max_side = map(int, sys.argv[1:])
    limits = ImageLimits(max_bytes, max_pixels, max_side)
    # Loads the plugins and libraries of all formats before files and memory are limited.
    Image.init()
    load_image(_tiny(), limits)
    limit_resources(megabytes)
    decode_all(sys.stdin.buffer, sys.stdout.buffer, limits, megabytes)


def _tiny() -> bytes:
    file = io.BytesIO()
    Image.new("L", (1, 1)).save(file, "PNG")
    return file.getvalue()


if __name__ == "__main__":
    main()
