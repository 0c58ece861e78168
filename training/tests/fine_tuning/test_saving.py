import shutil
from pathlib import Path

import keras
import pytest

from text_recognizer.datasets.dataset import Split
from text_recognizer.decoding.config import DecodingConfig, read_decoding
from text_recognizer.inference import artifacts
from text_recognizer.models import LineModelCtc
from training.export.install import Provenance
from training.fine_tuning import saving
from training.fine_tuning.other_lines import OtherLines
from training.tests.conftest import TEXTS, draw

pytestmark = pytest.mark.slow

LINES = Split(TEXTS[:3], [draw(text) for text in TEXTS[:3]], TEXTS[:3])
OTHERS = OtherLines("others", LINES, LINES)
TUNED = {
    "base": "base", "folders": ["own"], "lines": 3, "judged": 3, "before": 0.2, "after": None,
    "others": "others", "others_before": 0.1, "others_after": 0.1,
}  # fmt: skip


def provenance(vocabulary: str) -> Provenance:
    return Provenance(
        "LineModelCtc", "LabelledLinesDataset", "line_conv_ctc", "line", vocabulary, 8, {}, "", "", 1, {},
        "ctc", normalize=False, fine_tuned=TUNED,
    )  # fmt: skip


def test_int8_is_kept_where_it_reads_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from text_recognizer.networks import line_conv_ctc

    keras.utils.set_random_seed(0)
    network = line_conv_ctc((64, None, 1), (None, 80), 2, (2, 2, 2, 2), 1, block_width=4, num_blocks=1)
    model = LineModelCtc(network)
    config = DecodingConfig("greedy")
    assert saving.save(model, provenance(model.vocabulary), "mine", LINES, OTHERS, config, tmp_path) == [
        "mine",
        "mine_int8",
    ]
    for name in ("mine", "mine_int8"):
        artifact = artifacts.find(name, "line", tmp_path)
        assert read_decoding(artifact.path.parent, artifact.sha256) == config
        assert "not measured" in (artifact.path.parent / "README.md").read_text()
    shutil.rmtree(tmp_path / "mine_int8")
    monkeypatch.setattr(saving, "_MAX_INT8_LOSS", -1.0)
    assert saving.save(model, provenance(model.vocabulary), "mine", LINES, OTHERS, config, tmp_path) == [
        "mine"
    ]
    assert artifacts.available(tmp_path) == ["mine"]
