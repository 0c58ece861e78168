"""Drawn pages, their export as the labelling tool writes it, and a server that can misbehave."""

import hashlib
import io
import json
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT, LEFT, TOP, PITCH, LINE = 600, 800, 60, 100, 70, 44
TEXTS = ("One fine day", "the cat sat", "on my mat.")


def draw_page(texts: Sequence[str] = TEXTS, suffix: str = ".png") -> bytes:
    """Return an image with one line of text every PITCH pixels."""
    image = Image.new("L", (WIDTH, HEIGHT), 235)
    draw = ImageDraw.Draw(image)
    for i, text in enumerate(texts):
        draw.text((LEFT, TOP + PITCH * i), text, fill=30, font=ImageFont.load_default(34))
    buffer = io.BytesIO()
    image.save(buffer, format={".png": "PNG", ".jpg": "JPEG"}[suffix])
    return buffer.getvalue()


def annotation(index: int, text: object = "", **changes: object) -> dict[str, object]:
    """Return the annotation of line `index` of a drawn page."""
    x1, x2 = LEFT / WIDTH, 0.8
    y1 = (TOP + PITCH * index) / HEIGHT
    y2 = y1 + LINE / HEIGHT
    entry: dict[str, object] = {
        "label": ["line"],
        "shape": "rectangle",
        "points": [[x2, y2], [x1, y2], [x1, y1], [x2, y1]],
        "notes": text,
        "imageWidth": WIDTH,
        "imageHeight": HEIGHT,
    }
    return {key: value for key, value in (entry | changes).items() if value != "absent"}


def record(url: str, texts: Sequence[str] = TEXTS) -> dict[str, Any]:
    """Return the record of a drawn page."""
    lines = [annotation(i, text) for i, text in enumerate(texts)]
    return {"content": url, "annotation": lines, "extras": None, "metadata": {"status": "done"}}


def write_export(folder: Path, metadata_root: Path, records: Sequence[object]) -> Path:
    """Write the export into `folder` and its digest into a metadata.toml under `metadata_root`."""
    rows = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in records]
    content = ("\n".join(rows) + "\n").encode()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "fsdl_handwriting.json").write_bytes(content)
    (metadata_root / "fsdl_handwriting").mkdir(exist_ok=True)
    (metadata_root / "fsdl_handwriting" / "metadata.toml").write_text(
        'filename = "fsdl_handwriting.json"\nurl = "http://127.0.0.1:9/export"\nlicence = "free"\n'
        f'citation = "none"\nsha256 = "{hashlib.sha256(content).hexdigest()}"\n'
    )
    return folder / "fsdl_handwriting.json"


@dataclass
class PageServer:
    """Pages by path, and how they are served.

    Attributes:
        pages: Body by path.
        failures: How many first requests of a path are answered with 503.
        cuts: How many bytes the first response of a path sends before the connection ends.
        lengths: Content-Length that is claimed for a path, whatever its body.
        meeting: If set, no request is answered before as many are waiting as it has parties.
        requests: Number of requests by path.
        ranges: Range headers seen.
        address: Where the server is.
    """

    pages: dict[str, bytes]
    failures: dict[str, int] = field(default_factory=dict)
    cuts: dict[str, int] = field(default_factory=dict)
    lengths: dict[str, str] = field(default_factory=dict)
    meeting: threading.Barrier | None = None
    requests: Counter[str] = field(default_factory=Counter)
    ranges: list[str] = field(default_factory=list)
    address: str = ""


@contextmanager
def serve_pages(server: PageServer) -> Iterator[PageServer]:
    """Run the server on a free port of the loopback interface."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.requests[self.path] += 1
            if server.meeting is not None:
                server.meeting.wait(timeout=600)
            if server.failures.get(self.path, 0) >= server.requests[self.path]:
                self.send_error(503)
            elif self.path not in server.pages:
                self.send_error(404)
            else:
                self._send(server.pages[self.path])

        def _send(self, body: bytes) -> None:
            wanted = self.headers.get("Range")
            start = 0 if wanted is None else int(wanted.removeprefix("bytes=").removesuffix("-"))
            if wanted is not None:
                server.ranges.append(wanted)
            if wanted is not None and start >= len(body):
                self.send_error(416)
                return
            self.send_response(206 if start else 200)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
            self.send_header("Content-Length", server.lengths.get(self.path, str(len(body) - start)))
            self.end_headers()
            self.wfile.write(body[start : server.cuts.pop(self.path, len(body))])

        def log_message(self, format: str, *args: object) -> None:
            pass

    http_server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.address = f"http://127.0.0.1:{http_server.server_port}"
    thread = threading.Thread(target=http_server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        http_server.shutdown()
        thread.join()
        http_server.server_close()
