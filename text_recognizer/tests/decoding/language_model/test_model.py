import numpy as np
import numpy.typing as npt
import pytest

from text_recognizer.decoding.language_model.fitting import fitted
from text_recognizer.decoding.language_model.loading import DEFAULT_LANGUAGE_MODEL, load_language_model
from text_recognizer.decoding.language_model.model import LanguageModel
from text_recognizer.decoding.language_model.ngram_file import STEP, decode_ngrams, encode_ngrams
from text_recognizer.errors import ArtifactError
from text_recognizer.inference import artifacts
from text_recognizer.tests.decoding.language_model.toy_language_model import probabilities, toy_language_model
from text_recognizer.vocabulary import Vocabulary
from training.language_model.kneser_ney import estimate

CHARACTERS = "abcdefgh "
LINES = ["a bad cab", "bead", "faded egg had", "a cabbage", "had a bad egg", "he had"]


@pytest.fixture(scope="module")
def model() -> LanguageModel:
    return toy_language_model(LINES, CHARACTERS, 6)


def states_of(model: LanguageModel, text: str) -> list[int]:
    states = [model.start]
    for label in Vocabulary(CHARACTERS).encode(text):
        states.append(int(model.advance(np.array(states[-1:]), np.array([label]))[0]))
    return states


def test_probabilities_of_every_context_sum_to_one(model: LanguageModel) -> None:
    known = [state for line in LINES for state in states_of(model, line)]
    unknown = np.random.default_rng(0).integers(0, 1 << 35, 200).tolist()
    rows = probabilities(model, np.array(known + unknown))
    assert rows.shape == (len(known) + 200, len(CHARACTERS) + 1)
    assert (rows > 0).all()
    np.testing.assert_allclose(rows.sum(axis=1), 1, atol=1e-5)


def test_only_the_last_characters_count(model: LanguageModel) -> None:
    assert states_of(model, "he had")[-1] == states_of(model, "a bee had")[-1] != states_of(model, "had")[-1]


def test_what_it_was_trained_on_is_likelier(model: LanguageModel) -> None:
    encode = Vocabulary(CHARACTERS).encode
    assert model.log_probability(encode("a bad egg").tolist()) > model.log_probability(
        encode("gge dab a").tolist()
    )


def test_a_text_may_go_on_unless_its_line_ends(model: LanguageModel) -> None:
    labels = Vocabulary(CHARACTERS).encode("a bad").tolist()
    end = model.log_probabilities(np.array([states_of(model, "a bad")[-1]]), np.array([0]))[0, 0]
    begins = model.log_probability(labels, ends=False)
    assert model.log_probability(labels) == pytest.approx(begins + end)


def test_probabilities_follow_the_definition() -> None:
    base, tables = estimate(LINES, Vocabulary(CHARACTERS), 6, [1, 1, 1, 2, 1, 2])
    model = LanguageModel(CHARACTERS, base, tables)
    scale = np.exp(-STEP * np.arange(256))

    def row(symbols: list[int]) -> npt.NDArray[np.float64]:
        if not symbols:
            return base.astype(np.float64)
        table = tables[len(symbols) - 1]
        (place,) = np.nonzero(table.keys == sum(symbol << 8 * i for i, symbol in enumerate(symbols[::-1])))
        expected = row(symbols[1:])
        for i in place:
            first, count = int(table.counts[:i].sum()), int(table.counts[i])
            own = scale[table.codes[first : first + count]]
            expected = scale[table.shares[i]] * expected
            expected[table.successors[first : first + count]] += (
                (1 - scale[table.shares[i]]) * own / own.sum()
            )
        return expected

    start = len(CHARACTERS) + 1
    for text in ["", "h", "he had", "a bad egg", "gggg", "he cab"]:
        symbols = [start, *Vocabulary(CHARACTERS).encode(text).tolist()][-5:]
        found = probabilities(model, np.array(states_of(model, text)[-1:]))[0]
        np.testing.assert_allclose(found, row(symbols), rtol=1e-5)


def test_log_probabilities_are_of_the_labels_asked_for(model: LanguageModel) -> None:
    states = np.array([state for line in LINES for state in states_of(model, line)])
    labels = np.array([3, 0, 3])
    expected = np.log(probabilities(model, states)[:, labels].T)
    np.testing.assert_allclose(model.log_probabilities(states, labels), expected, rtol=1e-5)
    assert model.log_probabilities(states[:0], labels).shape == (3, 0)
    assert model.log_probabilities(states, labels[:0]).shape == (0, len(states))


def test_file_holds_the_model(model: LanguageModel) -> None:
    base, tables = estimate(LINES, Vocabulary(CHARACTERS), 6, [1] * 6)
    again = LanguageModel(CHARACTERS, *decode_ngrams(encode_ngrams(base, tables)))
    states = np.array([state for line in LINES for state in states_of(model, line)])
    np.testing.assert_array_equal(probabilities(model, states), probabilities(again, states))


def test_a_letter_with_an_unknown_accent_is_searched_as_without_it() -> None:
    accented = CHARACTERS + "é€"
    base, tables = estimate(LINES, Vocabulary(CHARACTERS), 4, [1] * 4)
    model = LanguageModel(accented, *fitted(base, tables, CHARACTERS, accented), unknown="é€")
    assert dict(model.alike) == {"é": "e"}
    h, e, d, accent, euro = Vocabulary(accented).encode("hedé€").astype(np.int64)
    begun = model.advance(np.array([model.start]), np.array([h]))
    asked = np.array([e, accent, euro])
    plain, alike, other = model.log_probabilities(begun, asked)[:, 0]
    assert plain == alike > other
    np.testing.assert_array_equal(
        model.advance(begun, np.array([accent])), model.advance(begun, np.array([e]))
    )
    assert model.log_probability([h, accent, d]) < model.log_probability([h, e, d]) - 2


@pytest.mark.parametrize("damage", [b"", b"what is this?", None])
def test_damaged_content_is_refused(damage: bytes | None) -> None:
    base, tables = estimate(LINES, Vocabulary(CHARACTERS), 3, [1] * 3)
    content = encode_ngrams(base, tables)[:-20] if damage is None else damage
    with pytest.raises(ArtifactError, match="file of n-grams"):
        decode_ngrams(content)


def test_other_characters_are_refused() -> None:
    base, tables = estimate(LINES, Vocabulary(CHARACTERS), 3, [1] * 3)
    with pytest.raises(ArtifactError, match="3 labels"):
        LanguageModel("ab", base, tables)


@pytest.mark.slow
def test_shipped_model_is_small_and_reads_english() -> None:
    folder = artifacts.WEIGHTS_DIR / DEFAULT_LANGUAGE_MODEL
    if not folder.is_dir():
        pytest.skip("no language model in weights/")
    assert sum(path.stat().st_size for path in folder.iterdir()) <= 8_000_000
    model = load_language_model()
    assert {"house", "don't", "yesterday"} < set(model.words) > {"british"}
    encode = Vocabulary(model.characters).encode
    good, bad = "of the house, which they had seen", "ot tne honse, whick thcy had secn"
    assert model.log_probability(encode(good).tolist()) > model.log_probability(encode(bad).tolist()) + 10
    rows = probabilities(model, np.random.default_rng(0).integers(0, 1 << 35, 500))
    np.testing.assert_allclose(rows.sum(axis=1), 1, atol=1e-5)
