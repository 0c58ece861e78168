import itertools

import numpy as np
import pytest

from text_recognizer.arrays import Reals
from text_recognizer.budget import Budget, SearchTimeError
from text_recognizer.decoding.beam_config import BeamSearchConfig
from text_recognizer.decoding.beam_search import best_beams, decode_beam
from text_recognizer.decoding.greedy import best_path, log_probability
from text_recognizer.decoding.language_model.lexicon import Lexicon
from text_recognizer.decoding.language_model.model import LanguageModel
from text_recognizer.tests.decoding.language_model.toy_language_model import toy_language_model
from text_recognizer.vocabulary import Vocabulary

# Wide enough to lose nothing.
EXACT = BeamSearchConfig(
    lm_weight=0.0,
    length_bonus=0.0,
    width=1000,
    labels=10,
    least_probability=0.0,
    blank_threshold=1.0,
    margin=np.inf,
)
LINES = ["abba", "aab", "ba", "abab", "b", "bab"]


def all_texts(frames: int, labels: int) -> list[list[int]]:
    lengths = range(frames + 1)
    return [list(t) for n in lengths for t in itertools.product(range(1, labels), repeat=n)]


def best_text(logits: Reals, settings: BeamSearchConfig, model: LanguageModel | None = None) -> list[int]:
    def score(labels: list[int]) -> float:
        fused = log_probability(logits, labels) + settings.length_bonus * len(labels)
        if model is None:
            return fused
        fused += settings.lm_weight * model.log_probability(labels)
        return fused - (settings.lm_weight * ends_after(labels, model) if labels else 0.0)

    return max(all_texts(*logits.shape), key=score)


def ends_after(labels: list[int], model: LanguageModel) -> float:
    """Return ln p of the end of the line behind a word: behind the first word of a line it is not scored."""
    state = np.array([model.start])
    for label in labels:
        state = model.advance(state, np.array([label]))
    return float(model.log_probabilities(state, np.array([0]))[0, 0])


@pytest.fixture(scope="module")
def model() -> LanguageModel:
    return toy_language_model(LINES, "ab")


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("frames", [1, 3, 5])
def test_equals_the_best_of_all_texts(seed: int, frames: int) -> None:
    logits = np.random.default_rng(seed).normal(0, 2, (frames, 3))
    assert decode_beam(logits, EXACT) == best_text(logits, EXACT)


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize(("weight", "bonus"), [(0.7, 0.0), (1.5, 1.0), (0.3, 2.5)])
def test_equals_the_best_of_all_texts_with_a_language_model(
    model: LanguageModel, seed: int, weight: float, bonus: float
) -> None:
    logits = np.random.default_rng(seed).normal(0, 1.5, (5, 3))
    settings = BeamSearchConfig(**{**vars(EXACT), "lm_weight": weight, "length_bonus": bonus})
    assert decode_beam(logits, settings, model) == best_text(logits, settings, model)


def test_a_text_spread_over_many_paths_beats_the_best_path() -> None:
    probabilities = np.array([[0.6, 0.4], [0.6, 0.4]])  # nothing: 0.36; a: 0.64
    assert best_path(np.log(probabilities)) == []
    assert decode_beam(np.log(probabilities), EXACT) == [1]


def test_language_model_decides_where_the_image_does_not(model: LanguageModel) -> None:
    probabilities = np.array([[0.02, 0.49, 0.49], [0.98, 0.01, 0.01], [0.02, 0.49, 0.49]])
    likely = max(itertools.product((1, 2), repeat=2), key=lambda t: model.log_probability(list(t)))
    settings = BeamSearchConfig(lm_weight=1.0, length_bonus=0.0)
    assert decode_beam(np.log(probabilities), settings, model) == list(likely)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_pruning_and_skipped_blanks_do_not_change_a_clear_line(seed: int, model: LanguageModel) -> None:
    generator = np.random.default_rng(seed)
    path = generator.integers(0, 3, 60)
    path[::2] = 0
    path = path.repeat(generator.integers(1, 4, 60))  # labels and blanks go on for some frames
    logits = 12.0 * np.eye(3)[path] + generator.normal(0, 0.5, (len(path), 3))
    expected = best_path(logits)
    assert decode_beam(logits, BeamSearchConfig(width=4), model) == expected
    assert decode_beam(logits, EXACT) == expected


def test_repeated_labels_need_a_blank_between_them() -> None:
    logits = 20.0 * np.eye(3)[[1, 1, 0, 1, 2, 2]]
    assert decode_beam(logits, BeamSearchConfig(lm_weight=0, length_bonus=0)) == [1, 1, 2]


def test_no_frames_read_as_nothing(model: LanguageModel) -> None:
    assert decode_beam(np.zeros((0, 3)), BeamSearchConfig(), model) == []


def test_the_search_ends_in_the_middle_of_a_line_when_its_time_is_up() -> None:
    seconds = iter(range(100))
    budget = Budget(search_seconds=3.0, clock=lambda: float(next(seconds)))
    with pytest.raises(SearchTimeError):
        decode_beam(np.zeros((1000, 3)), EXACT, budget=budget)
    assert next(seconds) < 10  # it did not go on to the last frame


@pytest.mark.slow
def test_long_lines_do_not_underflow(model: LanguageModel) -> None:
    logits = np.random.default_rng(0).normal(0, 1, (3000, 3)).astype(np.float32)
    first = decode_beam(logits, BeamSearchConfig(width=8), model)
    assert first
    assert decode_beam(logits, BeamSearchConfig(width=8), model) == first


@pytest.mark.parametrize("sure", [1e4, np.finfo(np.float32).max / 4])
def test_frames_that_rule_out_everything_else_are_read(model: LanguageModel, sure: float) -> None:
    path = [1, 2, 2, *[1] * 40, 0, 2]
    assert decode_beam(
        sure * np.eye(3, dtype=np.float32)[path], BeamSearchConfig(width=1), model
    ) == best_path(np.eye(3)[path])


def test_words_of_the_list_are_favoured() -> None:
    vocabulary = Vocabulary("abc ")
    probabilities = np.full((5, 5), 0.01)
    for frame, (label, other) in enumerate([(1, 1), (0, 0), (2, 3), (0, 0), (4, 4)]):  # "ab " or "ac "
        probabilities[frame, label] += 0.5
        probabilities[frame, other] += 0.45
    settings = BeamSearchConfig(lm_weight=0, length_bonus=0, word_bonus=1.0)
    lexicon = Lexicon(["ac"], vocabulary)
    for logits in (np.log(probabilities), np.log(probabilities[:4])):  # before a space, at the end
        assert vocabulary.decode(decode_beam(logits, settings)).strip() == "ab"
        assert vocabulary.decode(decode_beam(logits, settings, lexicon=lexicon)).strip() == "ac"


def unsure(text: str, vocabulary: Vocabulary, **others: str) -> Reals:
    """Return logits (2 * len(text), labels) of a text; `others` has what is as probable there."""
    probabilities = np.full((2 * len(text), len(vocabulary)), 1e-3)
    probabilities[1::2, 0] += 0.9
    for index, character in enumerate(text):
        probabilities[2 * index, vocabulary.encode(character)] += 0.45
        for other in others.get(f"_{index}", character):
            probabilities[2 * index, vocabulary.encode(other)] += 0.44
    return np.asarray(np.log(probabilities))


SENTENCES = ["to be in 1914.", "be in 1915. to be.", "to be 19, to", "O Otto be.", "not to be.", "Otto be."]


@pytest.fixture(scope="module")
def reader() -> tuple[Vocabulary, LanguageModel]:
    characters = "".join(sorted({*"".join(SENTENCES), *"0123456789:."}))
    return Vocabulary(characters), toy_language_model(SENTENCES, characters)


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("1983", {"_3": "4"}),  # the texts have 1914 and 1915
        ("20:45", {"_2": "."}),
        ("20.45", {"_2": ","}),
        ("to be in 1978", {"_12": "4"}),
        ("20", {"_1": "O"}),
    ],
)
def test_numbers_are_read_as_the_image_shows_them(
    reader: tuple[Vocabulary, LanguageModel], text: str, others: dict[str, str]
) -> None:
    vocabulary, model = reader
    found = decode_beam(unsure(text, vocabulary, **others), BeamSearchConfig(), model)
    assert vocabulary.decode(found) == text


def test_no_space_is_put_into_a_number_as_behind_a_sentence(reader: tuple[Vocabulary, LanguageModel]) -> None:
    vocabulary, model = reader
    logits = unsure("20. 45", vocabulary)
    logits[6] = np.log(np.where(np.arange(len(vocabulary)) == vocabulary.encode(" "), 0.5, 1e-3))
    logits[6, 0] = np.log(0.49)  # a blank in place of the space is nearly as probable
    assert vocabulary.decode(decode_beam(logits, BeamSearchConfig(), model)) == "20.45"


@pytest.mark.parametrize(("text", "expected"), [("be.", "be"), ("to be.", "to be.")])
def test_only_sentences_are_finished(
    reader: tuple[Vocabulary, LanguageModel], text: str, expected: str
) -> None:
    vocabulary, model = reader
    logits = unsure(text, vocabulary)
    logits[-2, vocabulary.encode(".")] = np.log(0.4)
    logits[-2, 0] = np.log(0.5)  # the image shows rather no full stop
    assert vocabulary.decode(decode_beam(logits, BeamSearchConfig(), model)) == expected


@pytest.mark.parametrize("seed", range(5))
def test_beams_are_the_best_texts_with_their_shares(seed: int, model: LanguageModel) -> None:
    logits = np.random.default_rng(seed).normal(0, 2, (4, 3))
    beams = best_beams(logits, EXACT, 5)
    scores = {tuple(text): log_probability(logits, text) for text in all_texts(4, 3)}
    ranked = sorted(scores, key=lambda text: -scores[text])[:5]
    assert [tuple(labels) for labels, _ in beams] == ranked
    assert [share for _, share in beams] == pytest.approx([np.exp(scores[text]) for text in ranked])
    narrow = BeamSearchConfig(width=8)
    assert best_beams(logits, narrow, 3, model)[0][0] == decode_beam(logits, narrow, model)


def test_no_frames_have_one_beam() -> None:
    assert best_beams(np.zeros((0, 3)), EXACT, 5) == [([], 1.0)]
