"""The process that decodes images: `python -m api.decoder_child` and five numbers.

They are the megabytes that it may take, and the bytes, pixels, side and pages that a file may have; no pages
means that it reads images alone.
When it has started, it writes `READY` to stdout; then it reads requests from stdin and writes responses, one
after the other, until stdin ends. It gets no
environment, may write no file, and must do with the memory that it is given. `decoder_process` starts it.
"""

import io
import re
import resource
import struct
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from PIL import Image

from text_recognizer.arrays import GrayImage
from text_recognizer.errors import ImageTooLargeError, InvalidInputError
from text_recognizer.images.limits import PDF, ImageLimits
from text_recognizer.images.loading import count_pages, load_data_uri, load_image
from text_recognizer.inference.memory import return_fragments, return_large_blocks

IMAGE, DATA_URI, PAGE, COUNT = range(4)  # what is asked for: the last two of a document
READY = b"\n"  # written once, before the responses
REQUEST = struct.Struct("<BQI")  # one of them, the bytes that follow, and the number of the page
# Whether it was decoded; seconds of the processor; height and width, pages and 0, or the lengths of name and
# text.
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
        kind, length, page = REQUEST.unpack(head)
        data = requests.read(length)
        start = time.process_time()
        try:
            if kind == COUNT:
                pages = count_pages(data, _of_documents(limits))
                responses.write(RESPONSE.pack(True, time.process_time() - start, pages, 0))
            else:
                _send(responses, _decoded(kind, data, page, limits), start)
        except InvalidInputError as error:
            _refuse(responses, error, start)
        except MemoryError:
            _refuse(responses, ImageTooLargeError(_TOO_LITTLE.format(megabytes)), start)
        del data
        responses.flush()


def _decoded(kind: int, data: bytes, page: int, limits: ImageLimits) -> GrayImage:
    """Return the grey values (H, W) of an image, or of a page of a document."""
    if kind == DATA_URI:
        return load_data_uri(data.decode("utf-8", "surrogatepass"), limits)
    return load_image(data, limits) if kind == IMAGE else load_image(data, _of_documents(limits), page)


def _of_documents(limits: ImageLimits) -> ImageLimits:
    return replace(limits, formats=(*limits.formats, PDF))


def _send(responses: BinaryIO, gray: GrayImage, start: float) -> None:
    """Write the grey values (H, W), whose decoding began at `start` of `time.process_time`."""
    responses.write(RESPONSE.pack(True, time.process_time() - start, *gray.shape))
    responses.write(gray.data)
    if gray.size >= _LARGE_PIXELS:
        return_fragments()


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
    megabytes, max_bytes, max_pixels, max_side, max_pages = map(int, sys.argv[1:])
    limits = ImageLimits(max_bytes, max_pixels, max_side, max_pages=max_pages)
    # Loads the plugins and libraries of images before files and memory are limited; that of PDFs is loaded
    # when the first one comes, because most workers never get one.
    Image.init()
    load_image(_tiny(), limits)
    return_large_blocks()
    limit_resources(megabytes)
    sys.stdout.buffer.write(READY)
    sys.stdout.buffer.flush()
    decode_all(sys.stdin.buffer, sys.stdout.buffer, limits, megabytes)


def _tiny() -> bytes:
    file = io.BytesIO()
    Image.new("L", (1, 1)).save(file, "PNG")
    return file.getvalue()


if __name__ == "__main__":
    main()
