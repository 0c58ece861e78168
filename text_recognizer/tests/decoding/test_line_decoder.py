from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from text_recognizer.budget import Budget
from text_recognizer.decoding.beam_config import BeamSearchConfig
from text_recognizer.decoding.calibration import Calibration, Calibrations
from text_recognizer.decoding.config import DecodingConfig
from text_recognizer.decoding.greedy import best_path, log_probability
from text_recognizer.decoding.language_model import languages
from text_recognizer.decoding.language_model.languages import LANGUAGE_MODELS
from text_recognizer.decoding.line_decoder import LineDecoder
from text_recognizer.errors import ConfigError, InvalidInputError
from text_recognizer.tests.decoding.language_model.toy_language_model import toy_language_model
from text_recognizer.vocabulary import Vocabulary

VOCABULARY = Vocabulary("ab ")


def logits_of(path: str) -> npt.NDArray[np.float64]:
    return 6.0 * np.eye(4)[["-ab ".index(c) for c in path]]


def test_text_confidences_and_frames_belong_together() -> None:
    line = LineDecoder(VOCABULARY, DecodingConfig(), "greedy").decode(logits_of("-aa-b- -bb-"))
    assert line.text == "ab b"
    logits = logits_of("-aa-b- -bb-")
    assert line.confidence == pytest.approx(
        np.exp(log_probability(logits, best_path(logits)) / len("ab b")), abs=1e-5
    )
    sure = np.exp(6) / (np.exp(6) + 3)
    np.testing.assert_allclose(line.character_confidences, 4 * [sure])
    np.testing.assert_allclose(line.word_confidences, [sure**2, sure])
    assert line.frames.tolist() == [[0.5, 3.5], [3.5, 5.5], [5.5, 7.5], [7.5, 10.5]]


def test_confidences_are_calibrated_each_kind_by_its_own() -> None:
    calibrations = Calibrations(Calibration(1, -1), Calibration(1, -2), Calibration(1, -3))
    config = DecodingConfig(calibration={"greedy": calibrations})
    raw = LineDecoder(VOCABULARY, DecodingConfig(), "greedy").decode(logits_of("a b"))
    line = LineDecoder(VOCABULARY, config, "greedy").decode(logits_of("a b"))
    np.testing.assert_allclose(
        line.character_confidences, calibrations.character.apply(raw.character_confidences)
    )
    np.testing.assert_allclose(line.word_confidences, calibrations.word.apply(raw.word_confidences))
    assert line.confidence == pytest.approx(float(calibrations.line.apply(raw.confidence)))


@pytest.mark.parametrize(
    ("text", "kind"),
    [("7", "number"), ("1:0", "number"), ("a1 ba", "number"), ("ab", "word"), ("a ab b1", "line")],
)
def test_numbers_and_lone_words_are_as_sure_as_all_of_their_characters(text: str, kind: str) -> None:
    vocabulary = Vocabulary("ab017: ")
    logits = 4.0 * np.eye(len(vocabulary))[vocabulary.encode(text)]
    calibrations = Calibrations(word=Calibration(1, -1), line=Calibration(1, -2), number=Calibration(0.5, -3))
    config = DecodingConfig(calibration={"greedy": calibrations})
    line = LineDecoder(vocabulary, config, "greedy").decode(logits)
    probability = np.exp(log_probability(logits, vocabulary.encode(text).tolist()))
    shown = probability ** (1 / len(text)) if kind == "line" else probability
    assert line.text == text
    assert line.confidence == pytest.approx(float(getattr(calibrations, kind).apply(shown)))


def test_words_with_digits_are_calibrated_as_numbers() -> None:
    vocabulary = Vocabulary("ab1 ")
    calibrations = Calibrations(number=Calibration(1, -3))
    config = DecodingConfig(calibration={"greedy": calibrations})
    logits = 4.0 * np.eye(len(vocabulary))[vocabulary.encode("a b1 b")]
    first, number, last = LineDecoder(vocabulary, config, "greedy").decode(logits).word_confidences
    assert first == last > 0.9 > 0.6 > number


def test_a_word_is_as_sure_as_all_paths_of_its_text_together_calibrated_as_a_word() -> None:
    logits = logits_of("-aa-b")
    probability = np.exp(log_probability(logits, [1, 2]))
    decoder = LineDecoder(VOCABULARY, DecodingConfig(), "greedy")
    text, confidence = decoder.decode_word(logits)
    assert (text, round(confidence, 6)) == ("ab", round(probability, 6))
    calibrations = Calibrations(word=Calibration(2, -1))
    decoder = LineDecoder(VOCABULARY, DecodingConfig(calibration={"greedy": calibrations}), "greedy")
    _, confidence = decoder.decode_word(logits)
    assert confidence == pytest.approx(float(calibrations.word.apply(probability)))
    text, confidence = decoder.decode_word(logits[:0])
    assert (text, round(confidence, 3)) == ("", 1)


@pytest.mark.parametrize("frames", [0, 5])
def test_nothing_reads_as_nothing(frames: int) -> None:
    line = LineDecoder(VOCABULARY, DecodingConfig(), "greedy").decode(logits_of("-" * frames))
    assert line.text == ""
    assert line.confidence > 0.9
    assert len(line.character_confidences) == len(line.word_confidences) == len(line.frames) == 0


def test_beam_search_uses_the_language_model(monkeypatch: pytest.MonkeyPatch) -> None:
    model = toy_language_model(["abab", "abab", "ab ab"], "ab ")
    monkeypatch.setattr(languages, "load_language_model", lambda *_: model)
    config = DecodingConfig(beam=BeamSearchConfig(lm_weight=1.0))
    logits = logits_of("a-b-a-a")
    logits[-1, 2] = 5.8  # an b is almost as likely
    assert LineDecoder(VOCABULARY, config, "greedy").decode(logits).text == "abaa"
    assert LineDecoder(VOCABULARY, config, "beam").decode(logits).text == "abab"


def test_lines_are_decoded_in_the_language_that_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {LANGUAGE_MODELS["en"]: ["abab", "abab"], LANGUAGE_MODELS["fr"]: ["abaa", "abaa"]}
    models = {name: toy_language_model(lines, "ab ") for name, lines in texts.items()}
    monkeypatch.setattr(languages, "load_language_model", lambda name, *_: models[name])
    decoder = LineDecoder(VOCABULARY, DecodingConfig(beam=BeamSearchConfig(lm_weight=1.0)), "beam")
    logits = logits_of("a-b-a-a")
    logits[-1, 2] = 5.8  # a b is almost as likely
    for choice, text in (("auto", "abab"), ("en", "abab"), ("fr", "abaa")):
        line = decoder.decode(logits, known=decoder.language_of([logits], choice))  # type: ignore[arg-type]
        assert (line.text, line.language) == (text, "fr" if choice == "fr" else "en")


def test_a_greedy_decoder_knows_no_language() -> None:
    decoder, logits = LineDecoder(VOCABULARY, DecodingConfig(), "greedy"), logits_of("a-b")
    assert decoder.language_of([logits]) is decoder.language_of([logits], "none") is None
    assert decoder.decode(logits).language is None
    with pytest.raises(InvalidInputError, match="greedy decoder.*'fr'"):
        decoder.language_of([logits], "fr")


def test_alternatives_begin_with_the_text_and_are_calibrated(monkeypatch: pytest.MonkeyPatch) -> None:
    model = toy_language_model(["abab", "abab", "ab ab"], "ab ")
    monkeypatch.setattr(languages, "load_language_model", lambda *_: model)
    logits = logits_of("a-b-a-a")
    logits[-1, 2] = 5.8  # an b is almost as likely
    config = DecodingConfig(beam=BeamSearchConfig(lm_weight=1.0))
    plain = LineDecoder(VOCABULARY, config, "beam").with_alternatives(2).decode(logits)
    assert [text for text, _ in plain.alternatives] == ["abab", "abaa"]
    assert plain.text == LineDecoder(VOCABULARY, config, "beam").decode(logits).text
    calibration = Calibration(slope=0.5, offset=-1.0)
    config = replace(config, calibration={"beam": Calibrations(text=calibration)})
    line = LineDecoder(VOCABULARY, config, "beam").with_alternatives(2).decode(logits)
    assert [confidence for _, confidence in line.alternatives] == pytest.approx(
        calibration.apply([confidence for _, confidence in plain.alternatives])
    )


def test_there_are_no_alternatives_without_a_search(monkeypatch: pytest.MonkeyPatch) -> None:
    model = toy_language_model(["abab"], "ab ")
    monkeypatch.setattr(languages, "load_language_model", lambda *_: model)
    decoder = LineDecoder(VOCABULARY, DecodingConfig(), "beam").with_alternatives(2)
    assert decoder.decode(logits_of("a-b"), Budget(search_seconds=0.0)).alternatives == ()
    with pytest.raises(ConfigError, match="beam"):
        LineDecoder(VOCABULARY, DecodingConfig(), "greedy").with_alternatives(2)


def test_no_story_is_told_where_the_image_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    model = toy_language_model(["abab", "abab", "ab ab"], "ab ")
    monkeypatch.setattr(languages, "load_language_model", lambda *_: model)
    config = DecodingConfig(beam=BeamSearchConfig(lm_weight=1.0, length_bonus=6.0))
    blank = np.zeros((60, 4))
    blank[:, 0] = 0.5  # hardly more probable than any character
    line = LineDecoder(VOCABULARY, config, "beam").decode(blank)
    assert (line.text, line.decoder, line.in_time) == ("", "greedy", True)


def test_without_time_for_the_search_the_line_is_decoded_greedily(monkeypatch: pytest.MonkeyPatch) -> None:
    model = toy_language_model(["abab", "abab", "ab ab"], "ab ")
    monkeypatch.setattr(languages, "load_language_model", lambda *_: model)
    decoder = LineDecoder(VOCABULARY, DecodingConfig(beam=BeamSearchConfig(lm_weight=1.0)), "beam")
    logits = logits_of("a-b-a-a")
    logits[-1, 2] = 5.8
    late = decoder.decode(logits, Budget(search_seconds=0.0))
    assert (late.text, late.decoder, late.in_time) == ("abaa", "greedy", False)
    in_time = decoder.decode(logits, Budget(search_seconds=60.0))
    assert (in_time.text, in_time.decoder, in_time.in_time) == ("abab", "beam", True)


@pytest.mark.parametrize(("known", "given"), [(["abab"], []), ([], ["abab"])])
def test_beam_search_favours_known_and_given_words(
    monkeypatch: pytest.MonkeyPatch, known: list[str], given: list[str]
) -> None:
    model = toy_language_model(["abab", "abaa"], "ab ", words=known)
    monkeypatch.setattr(languages, "load_language_model", lambda *_: model)
    config = DecodingConfig(beam=BeamSearchConfig(lm_weight=0.0, length_bonus=0.0, word_bonus=0.5))
    logits = logits_of("a-b-a-a")
    logits[-1, 2] = 5.8  # a b is almost as likely
    assert LineDecoder(VOCABULARY, config, "beam", given).decode(logits).text == "abab"


def test_a_language_that_no_model_knows_is_read_with_less_weight(monkeypatch: pytest.MonkeyPatch) -> None:
    model = toy_language_model(["abab", "abab", "ab ab"], "ab ")
    monkeypatch.setattr(languages, "load_language_model", lambda *_: model)
    decoder = LineDecoder(VOCABULARY, DecodingConfig(beam=BeamSearchConfig(lm_weight=1.0)), "beam")
    logits = logits_of("a-b-a-a")
    logits[-1, 2] = 5.8
    known = decoder.language_of([logits])
    assert known is not None
    texts = [decoder.decode(logits, known=replace(known, share=share)).text for share in (1.0, 0.0)]
    assert texts == ["abab", "abaa"]


def test_what_a_line_tells_besides_is_taken_into_account(monkeypatch: pytest.MonkeyPatch) -> None:
    model = toy_language_model(["ab ab"] * 4, "ab ")
    monkeypatch.setattr(languages, "load_language_model", lambda *_: model)
    calibration = Calibration(likelihood=0.1, legibility=-1.0, unknown=-1.0)
    calibrations = Calibrations(calibration, calibration, calibration, calibration)
    config = DecodingConfig(beam=BeamSearchConfig(lm_weight=1.0), calibration={"beam": calibrations})
    logits = logits_of("-a-b- -a-a-")
    judged, plain = (
        LineDecoder(VOCABULARY, replace(config, calibration=each), "beam", ["ab"]).decode(logits)
        for each in (config.calibration, {})
    )
    assert (judged.text, judged.unknown_words.tolist()) == ("ab aa", [False, True])
    assert judged.evidence.legibility > 0.0
    assert judged.confidence == pytest.approx(float(calibration.apply(plain.confidence, judged.evidence)))
    assert (judged.word_confidences < plain.word_confidences).all()
    assert (judged.character_confidences < plain.character_confidences).all()


def test_what_the_network_alone_reads_is_not_searched_away(monkeypatch: pytest.MonkeyPatch) -> None:
    model = toy_language_model(["ab ab"] * 4, "ab ")
    monkeypatch.setattr(languages, "load_language_model", lambda *_: model)
    search = BeamSearchConfig(lm_weight=5.0, length_bonus=0.0)
    logits = logits_of("---")
    logits[1, 2] = logits[1, 0] + 0.5  # a lone b, which the language does not begin with
    decoded = LineDecoder(VOCABULARY, DecodingConfig(beam=search), "beam").decode(logits)
    assert (decoded.text, decoded.decoder) == ("b", "greedy")
