"""The worker of kraken, with a package of its name that finds what is known."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from evaluation.rivals import kraken_worker

_SEGMENTATION = """
class Line:
    def __init__(self, boundary):
        self.boundary = boundary

class Found:
    lines = [Line([(1, 2), (30.0, 2), (30, 9), (1, 9)]), Line(None)]

def segment(image):
    assert image.mode == "RGB"
    print("a remark")
    return Found
"""


@pytest.mark.process
def test_outlines_come_out_as_json(tmp_path: Path) -> None:
    packages = tmp_path / "packages"
    (packages / "kraken").mkdir(parents=True)
    (packages / "kraken" / "__init__.py").touch()
    (packages / "kraken" / "blla.py").write_text(_SEGMENTATION)
    (packages / "torch.py").write_text("def set_num_threads(count):\n    assert count == 1\n")
    metadata = packages / "kraken-7.1.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: kraken\nVersion: 7.1\n")
    Image.new("L", (40, 20), 255).save(tmp_path / "page.png")
    done = subprocess.run(
        [sys.executable, kraken_worker.__file__], input=json.dumps([str(tmp_path / "page.png")]),
        env={"PYTHONPATH": str(packages)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    answer = json.loads(done.stdout)
    assert answer["version"] == "kraken 7.1"
    assert [json.loads(text) for text in answer["texts"]] == [[[[1, 2], [30, 2], [30, 9], [1, 9]]]]
    assert answer["cpu_seconds"] >= 0
