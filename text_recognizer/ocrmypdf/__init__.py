"""A plugin for OCRmyPDF: `ocrmypdf --plugin text_recognizer.ocrmypdf scan.pdf searchable.pdf`."""

from text_recognizer.ocrmypdf.engine import get_ocr_engine as get_ocr_engine
