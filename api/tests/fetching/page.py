"""An image on the played network, and the loader that may ask for it."""

import functools
import io

import numpy as np
from PIL import Image

from api.fetching.image_url import ImageUrlLoader

MAX_BYTES = 100_000
HOST = "images.example"
URL = f"http://{HOST}/page.png"


def _png() -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (30, 40), np.uint8)).save(file, "PNG")
    return file.getvalue()


PNG = _png()
OK = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n"
GOOD = OK + b"Content-Length: %d\r\n\r\n" % len(PNG) + PNG


@functools.cache  # the certificates of TLS take a while to load
def loader(*hosts: str, timeout: float = 10.0) -> ImageUrlLoader:
    return ImageUrlLoader(frozenset(hosts), MAX_BYTES, timeout)
