"""OCRmyPDF itself runs the plugin; Poppler finds the text that it put under a page."""

import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image

from text_recognizer import ParagraphTextRecognizer
from text_recognizer.tests.repository import ROOT

pytest.importorskip("ocrmypdf", reason="OCRmyPDF is not installed")

from text_recognizer.ocrmypdf import engine as plugin

pytestmark = pytest.mark.slow

PAGE = ROOT / "text_recognizer" / "tests" / "support" / "page_handlee.png"


def test_the_engine_is_used_unless_another_one_is_named() -> None:
    assert isinstance(plugin.get_ocr_engine(None), plugin.TextRecognizerEngine)
    for name, used in (("auto", True), ("tesseract", False), ("none", False)):
        assert (plugin.get_ocr_engine(SimpleNamespace(ocr_engine=name)) is not None) == used  # type: ignore[arg-type]


def test_a_single_language_is_kept_and_otherwise_each_page_tells() -> None:
    for given, expected in ((["fra"], "fr"), (["eng"], "auto"), (["eng", "fra"], "auto"), (["deu"], "auto")):
        options = SimpleNamespace(languages=given)
        assert plugin.language_of(options) == expected  # type: ignore[arg-type]
    assert plugin.TextRecognizerEngine.languages(SimpleNamespace()) == {"eng", "fra"}  # type: ignore[arg-type]


@pytest.mark.process
@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")
@pytest.mark.skipif(shutil.which("tesseract") is None, reason="OCRmyPDF does not start without Tesseract")
def test_a_scan_becomes_searchable(tmp_path: Path) -> None:
    with Image.open(PAGE) as image:
        image.convert("L").save(tmp_path / "scan.pdf", resolution=150)
    result = tmp_path / "searchable.pdf"
    options = ["--plugin", "text_recognizer.ocrmypdf", "--output-type", "pdf", "--optimize", "0"]
    command = [sys.executable, "-m", "ocrmypdf", *options, str(tmp_path / "scan.pdf"), str(result)]
    process = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stderr
    text = subprocess.run(["pdftotext", str(result), "-"], capture_output=True, text=True, check=True).stdout
    with Image.open(PAGE) as image:
        expected = ParagraphTextRecognizer().predict(image.convert("L")).text.split()
    assert len(expected) > 20
    assert len({*text.split()} & {*expected}) > 0.9 * len({*expected})
