"""Documents for the tests: pages whose widths tell them apart."""

import io

from PIL import Image

from api.admission import Admission
from api.config import ApiConfig
from api.documents.reading import DocumentReader
from api.metrics import Metrics
from api.models import Models
from api.tests.conftest import FakeRecognizer


def document(*widths: int, form: str = "TIFF") -> bytes:
    """Return a TIFF or a PDF with a page of each width."""
    first, *rest = [Image.new("L", (width, 20), 200) for width in widths]
    file = io.BytesIO()
    first.save(file, form, save_all=True, append_images=rest)
    return file.getvalue()


def reader(config: ApiConfig, models: Models | None = None) -> DocumentReader:
    """Return what reads documents in this process."""
    metrics = Metrics(models or Models((FakeRecognizer(),)))
    return DocumentReader(config, Admission(config.queue_size), metrics, None)
