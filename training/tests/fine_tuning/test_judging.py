import json
from pathlib import Path

import numpy as np
import pytest

from text_recognizer.datasets.dataset import Split
from text_recognizer.decoding.config import DecodingConfig
from text_recognizer.models import LineModelCtc
from text_recognizer.networks import line_conv_ctc
from text_recognizer.vocabulary import LINE_CHARACTERS
from training.fine_tuning.judging import Judge, Readings, line_logits, sure_rise


def test_the_decoder_with_fewer_errors_is_best_and_greedy_among_equals() -> None:
    readings, others = Readings(), Readings()
    readings.add("abcd", {"greedy": "abcd", "beam": "abcx"})
    others.add("ab", {"greedy": "xx", "beam": "ab"})
    assert readings.best == "greedy"
    readings.extend(others)
    assert (readings.cer("greedy"), readings.cer("beam"), readings.best) == (2 / 6, 1 / 6, "beam")
    others.texts["beam"] = others.texts["greedy"]
    assert others.best == "greedy"


def test_a_rise_is_sure_only_beyond_what_chance_explains() -> None:
    truth = ["abcde"] * 8
    before = Readings(truth, {"greedy": truth})
    one = Readings(truth, {"greedy": ["abcdx", *truth[1:]]})
    every = Readings(truth, {"greedy": ["abcdx"] * 8})
    assert sure_rise(before, before, "greedy") == 0
    assert sure_rise(before, one, "greedy") < 0.01 < one.cer("greedy")
    assert sure_rise(before, every, "greedy") == every.cer("greedy") == 0.2


def test_an_alphabet_without_a_language_model_is_read_greedily_and_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    content = {**DecodingConfig("beam").to_dict(), "model_sha256": "0" * 64}
    (tmp_path / "decoding.json").write_text(json.dumps(content))
    judge = Judge(tmp_path, "".join(map(chr, range(0x4E00, 0x4E00 + 200))))
    assert judge.decoders == ("greedy",)
    assert "these 200 characters: lines are read greedily" in caplog.text


def test_each_line_gets_its_own_frames_and_is_read(tmp_path: Path) -> None:
    network = line_conv_ctc((32, None, 1), (None, 80), 2, (2, 2, 2, 2), 1, block_width=2, num_blocks=1)
    model = LineModelCtc(network)
    rng = np.random.default_rng(0)
    images = [rng.integers(0, 255, (32, width), np.uint8) for width in (90, 40, 200)]
    lines = Split(["a", "b", "c"], images, ["to", "be", "or not"])
    logits = line_logits(model, lines)
    assert [each.shape for each in logits] == [(12, 80), (5, 80), (25, 80)]
    judge = Judge(tmp_path, LINE_CHARACTERS)  # without decoding.json
    assert judge.decoders == ("greedy",)
    assert judge.read(model, lines).truth == ["to", "be", "or not"]
