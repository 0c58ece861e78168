"""What the shipped models do on the sample page; skipped until they are trained and exported."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from text_recognizer import ParagraphTextRecognizer
from text_recognizer.images.ink import ink_map
from text_recognizer.images.loading import load_image
from text_recognizer.inference import artifacts
from text_recognizer.layout.crops import crop_line
from text_recognizer.line_detector import DEFAULT_DETECTOR_MODEL
from text_recognizer.line_predictor import DEFAULT_LINE_MODEL
from text_recognizer.metrics.text import character_error_rate

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "data" / "sample" / "sample_page.png"
TEXT = SAMPLE.with_suffix(".txt").read_text(encoding="utf-8").strip()

missing = sorted({DEFAULT_LINE_MODEL, DEFAULT_DETECTOR_MODEL} - set(artifacts.available()))
pytestmark = pytest.mark.skipif(bool(missing), reason=f"not yet in weights/: {', '.join(missing)}")


@pytest.fixture(scope="module")
def recognizer() -> ParagraphTextRecognizer:
    return ParagraphTextRecognizer()


def test_sample_page_is_read_line_by_line(recognizer: ParagraphTextRecognizer) -> None:
    text = recognizer.predict(SAMPLE).text
    assert len(text.splitlines()) == len(TEXT.splitlines())
    for line, wanted in zip(text.splitlines(), TEXT.splitlines(), strict=True):
        assert character_error_rate([line], [wanted]) < 0.5  # the right line, in the right place
    assert character_error_rate([text], [TEXT]) < 0.2


def test_batch_reads_what_single_lines_read(recognizer: ParagraphTextRecognizer) -> None:
    ink = ink_map(load_image(SAMPLE))
    layout = recognizer.detector.find_lines(ink)
    crops = [crop_line(ink, layout, index).ink for index in range(len(layout.lines))]
    batch = recognizer.line_predictor.predict_inks(crops)
    singles = [recognizer.line_predictor.predict_inks([crop])[0] for crop in crops]
    assert [line.text for line in batch] == [line.text for line in singles]


def test_eight_threads_read_what_one_reads(recognizer: ParagraphTextRecognizer) -> None:
    expected = recognizer.predict(SAMPLE)
    with ThreadPoolExecutor(8) as pool:
        assert all(page == expected for page in pool.map(recognizer.predict, [SAMPLE] * 8))


_COLD = r"""
import re, sys
from pathlib import Path
from text_recognizer.cli import main
status = main(["recognize", sys.argv[1]])
# Not getrusage: its peak goes back to before exec, when this was a copy of the process that runs the tests.
peak = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text()).group(1)
print(peak, file=sys.stderr)
sys.exit(status)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak memory from /proc")
def test_command_needs_less_than_300_mb() -> None:
    result = subprocess.run(
        [sys.executable, "-c", _COLD, str(SAMPLE)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert result.stdout.strip()
    assert int(result.stderr.split()[-1]) < 300 * 1024
