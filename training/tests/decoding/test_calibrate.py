import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from text_recognizer.decoding.calibration import Calibration, Calibrations, Evidence, features, log_odds
from text_recognizer.decoding.config import DecodingConfig
from text_recognizer.decoding.language_model import languages
from text_recognizer.decoding.line_decoder import LineDecoder
from text_recognizer.errors import DataError
from text_recognizer.metrics.calibration import expected_calibration_error
from text_recognizer.tests.decoding.language_model.toy_language_model import toy_language_model
from text_recognizer.vocabulary import Vocabulary
from training.decoding.calibrate import (
    calibrate,
    collect,
    collect_numbers,
    fit,
    joined,
    save,
    with_numbers,
)
from training.decoding.line_logits import LineLogits


def test_fit_finds_how_overconfident_the_scores_are() -> None:
    generator = np.random.default_rng(0)
    true = generator.uniform(0.02, 0.98, 20_000)
    right = (generator.uniform(0, 1, 20_000) < true).astype(float)
    shown = 1 / (1 + np.exp(-(2 * log_odds(true) + 1)))
    found = fit(features(shown), right)
    assert found.slope == pytest.approx(0.5, abs=0.03)
    assert found.offset == pytest.approx(-0.5, abs=0.06)
    before, after = (expected_calibration_error(c, right) for c in (shown, found.apply(shown)))
    assert after < 0.02 < before


def test_fit_finds_what_the_evidence_of_a_line_and_unknown_words_are_worth() -> None:
    generator = np.random.default_rng(0)
    lines = [
        features(generator.uniform(0.1, 0.9, 100), Evidence(*evidence), generator.integers(0, 2, 100))
        for evidence in generator.normal([-2.0, 2.0], 1.0, (300, 2))
    ]
    x = np.concatenate(lines)
    true = Calibration(likelihood=0.8, legibility=0.5, unknown=-2.0)
    found = fit(x, (generator.uniform(0, 1, len(x)) < true.of(x)).astype(float))
    assert asdict(found) == pytest.approx(asdict(true), abs=0.1)


def test_fit_of_what_is_always_right_stays_finite_and_close() -> None:
    found = fit(features(np.full(50, 0.9)), np.ones(50))
    assert isinstance(found, Calibration)
    assert 0.9 < float(found.apply(0.9)) <= 1


def test_calibrate_reports_each_kind_before_and_after() -> None:
    generator = np.random.default_rng(1)
    vocabulary = Vocabulary("ab ")
    lines = []
    for number in range(40):
        path = np.repeat(generator.integers(1, 4, 12), 2)
        path[1::2] = 0
        text = vocabulary.decode(path)
        wrong = generator.uniform(size=24) < 0.2
        shown = np.where(wrong & (path > 0), 1 + path % 3, path)
        lines.append(LineLogits(str(number), text, (9.0 * np.eye(4)[shown]).astype(np.float32)))
    calibrations, errors = calibrate(vocabulary, DecodingConfig(), "greedy", [lines[:25], lines[25:]], [])
    assert errors.keys() == {"character", "word", "line", "text", "number"}
    assert errors["character"]["ece_before"] > 0.15 > 0.09 > errors["character"]["ece_after"]
    read = LineDecoder(vocabulary, DecodingConfig(), "greedy").decode(lines[0].logits)
    found = calibrations.character.apply(read.character_confidences, read.evidence)
    assert found == pytest.approx(np.full(len(found), 0.8), abs=0.05)


def test_alternatives_are_right_only_as_whole_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    vocabulary = Vocabulary("ab ")
    model = toy_language_model(["ab", "ba"], "ab ")
    monkeypatch.setattr(languages, "load_language_model", lambda *_: model)
    decoder = LineDecoder(vocabulary, DecodingConfig(), "beam").with_alternatives(2)
    logits = 9.0 * np.eye(4)[vocabulary.encode("ab")]
    x, right = joined(collect(decoder, [LineLogits("1", "ab", logits)]), "text")
    confidences = Calibration().of(x)
    assert right.tolist() == [1.0, 0.0]
    assert confidences[0] > 0.9 > 0.1 > confidences[1]
    assert x[:, 2:].tolist() == [[0.0] * 3] * 2, "the search's own scores"


def test_what_is_no_sentence_says_nothing_about_lines() -> None:
    vocabulary = Vocabulary("a1 ")
    decoder = LineDecoder(vocabulary, DecodingConfig(), "greedy")
    texts = ("a", "1 1", "a a 1")
    lines = [LineLogits(text, text, 9.0 * np.eye(4)[vocabulary.encode(text)]) for text in texts]
    samples = collect(decoder, lines)
    assert [len(joined([sample], "line")[1]) for sample in samples] == [0, 0, 1]
    assert [len(joined([sample], "word")[1]) for sample in samples] == [0, 0, 2], "numbers are a kind"


def test_numbers_are_right_only_as_wholes() -> None:
    vocabulary = Vocabulary("a1 ")
    decoder = LineDecoder(vocabulary, DecodingConfig(), "greedy")

    def line(shown: str, text: str) -> LineLogits:
        return LineLogits(shown, text, 9.0 * np.eye(4)[vocabulary.encode(shown)])

    samples = collect_numbers(decoder, [line("1a", "1a"), line("1 1", "111"), line("a a", "1 1")])
    x, right = joined(samples, "number")
    assert right.tolist() == [1.0, 0.0]  # what is not read as a number has no number's confidence
    assert Calibration().of(x).min() > 0.9
    assert len(joined([], "number")[0]) == 0


def test_numbers_are_fitted_alone_and_whole_ones_apart() -> None:
    """Every second whole number is wrong, all others are right; both are read alike."""
    vocabulary = Vocabulary("1. ")
    lines = []
    for number in range(80):
        shown, text = (
            ("11", "1.1") if number % 4 == 0 else ("11", "11") if number % 2 == 0 else ("1.1", "1.1")
        )
        spaced = np.insert(vocabulary.encode(shown), range(1, len(shown)), 0)
        lines.append(LineLogits(str(number), text, 6.0 * np.eye(4)[spaced]))
    known = DecodingConfig(calibration={"greedy": Calibrations(line=Calibration(0.5, 1.0))})
    calibrations, errors = with_numbers(vocabulary, known, "greedy", lines)
    assert errors.keys() == {"number"}
    assert calibrations.line == Calibration(0.5, 1.0)
    decoder = LineDecoder(vocabulary, replace(known, calibration={"greedy": calibrations}), "greedy")
    whole, other = (decoder.decode(line.logits) for line in lines[:2])
    assert whole.confidence == pytest.approx(0.5, abs=0.1)
    assert other.confidence > 0.9
    assert whole.word_confidences[0] < other.word_confidences[0] - 0.2


def test_saving_replaces_the_calibration_alone(tmp_path: Path) -> None:
    before = {
        "beam": {"width": 8},
        "calibration": {"beam": "as it was"},
        "measured": {"greedy": {"cer": 0.1}},
    }
    (tmp_path / "decoding.json").write_text(json.dumps(before))
    save(tmp_path, {"greedy": (Calibrations(line=Calibration(0.5, 1.0)), {"line": {"ece_after": 0.01}})})
    after = json.loads((tmp_path / "decoding.json").read_text())
    assert (after["beam"], after["calibration"]["beam"]) == ({"width": 8}, "as it was")
    assert after["calibration"]["greedy"]["line"] == asdict(Calibration(0.5, 1.0))
    assert after["measured"]["calibration_greedy"] == {"line": {"ece_after": 0.01}}
    assert after["measured"]["greedy"] == {"cer": 0.1}


def test_nothing_is_saved_beside_a_model_that_was_never_tuned(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="tune --save first"):
        save(tmp_path, {})
