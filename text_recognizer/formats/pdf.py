"""Searchable PDF: the images of the pages, and over them their text: not seen, but found and copied."""

import io
from collections.abc import Iterable
from typing import BinaryIO

from PIL import Image

from text_recognizer.arrays import GrayImage
from text_recognizer.formats.glyphless_font import GlyphlessFont
from text_recognizer.formats.pdf_file import PdfFile
from text_recognizer.formats.pdf_text import text_layer
from text_recognizer.predictions.types import PagePrediction
from text_recognizer.version import __version__

_A4_LONG_SIDE_PT = 842  # an image does not say how large its page was: its longer side becomes this long
_JPEG_QUALITY = 85  # strokes of a pen show no blocks; A4 at 300 dpi takes about 1 MB


def write_pdf(file: BinaryIO, pages: Iterable[tuple[PagePrediction, GrayImage]]) -> None:
    """Write a PDF with a page for each image (H, W), one after the other.

    Args:
        file: Empty, and open for writing.
        pages: What was recognized, and its image, which may be reduced.
    """
    pdf, font = PdfFile(file), GlyphlessFont()
    catalogue, tree, info, font_number = (pdf.reserve() for _ in range(4))
    kids = [_write_page(pdf, page, image, font, (tree, font_number)) for page, image in pages]
    font.write(pdf, font_number)
    references = " ".join(f"{kid} 0 R" for kid in kids)
    pdf.write(tree, f"/Type /Pages /Count {len(kids)} /Kids [{references}]")
    pdf.write(info, f"/Producer (text_recognizer {__version__})")
    pdf.write(catalogue, f"/Type /Catalog /Pages {tree} 0 R")
    pdf.finish(catalogue, info)


def _write_page(
    pdf: PdfFile, page: PagePrediction, image: GrayImage, font: GlyphlessFont, parents: tuple[int, int]
) -> int:
    """Write a page with an image (H, W); return its number. `parents` are those of the tree and the font."""
    number, content, picture = (pdf.reserve() for _ in range(3))
    rows, columns = image.shape
    height, width = page.height or rows, page.width or columns  # of what the places refer to
    scale = _A4_LONG_SIDE_PT / max(height, width)
    across, down = f"{width * scale:.2f}", f"{height * scale:.2f}"
    jpeg = io.BytesIO()
    Image.fromarray(image).save(jpeg, "JPEG", quality=_JPEG_QUALITY)
    pdf.write(
        picture,
        f"/Type /XObject /Subtype /Image /Width {columns} /Height {rows} /ColorSpace /DeviceGray "
        "/BitsPerComponent 8 /Filter /DCTDecode",
        jpeg.getvalue(),
        packed=True,
    )
    text = text_layer(page, font, scale)
    pdf.write(content, "", f"q {across} 0 0 {down} 0 0 cm /I Do Q\n{text}".encode())
    tree, font_number = parents
    pdf.write(
        number,
        f"/Type /Page /Parent {tree} 0 R /MediaBox [0 0 {across} {down}] /Contents {content} 0 R "
        f"/Resources << /XObject << /I {picture} 0 R >> /Font {font_number} 0 R >>",
    )
    return number
