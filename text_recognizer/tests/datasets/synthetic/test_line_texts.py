import numpy as np

from text_recognizer.datasets.iam.texts import HeldOut
from text_recognizer.datasets.synthetic.line_texts import (
    CROSSED_OUT,
    LineTexts,
    RunningText,
    TextShares,
    mixed_case,
)
from text_recognizer.vocabulary import LINE_CHARACTERS

BROWN = [
    "The quick fox, he said, was brown.",
    "Over the lazy dog it went!",
    "Nobody saw it again that day.",
] * 20
IAM = ["a line that breaks in the", "midst of a sentence and"] * 20


def draw(texts: LineTexts, count: int = 400, length: int = 30) -> list[str]:
    return [texts.generate(np.random.default_rng(seed), length) for seed in range(count)]


def test_pieces_are_whole_words_of_the_text_about_as_long_as_wanted() -> None:
    text = RunningText(BROWN)
    for seed in range(200):
        length = 1 + seed % 60
        piece = text.piece(np.random.default_rng(seed), length)
        assert piece
        assert f" {piece} " in f" {text.text} "
        assert len(piece) <= length + 6
        assert len(piece) >= min(length - 6, 6) or text.text.endswith(piece)


def test_any_word_can_be_the_first_or_the_last() -> None:
    text = RunningText(["one two three"])
    pieces = {text.piece(np.random.default_rng(seed), length) for seed in range(60) for length in (1, 7, 40)}
    assert {"one", "two", "three", "one two", "two three", "one two three"} == pieces


def test_texts_have_known_characters_and_the_wanted_length() -> None:
    texts = draw(LineTexts(BROWN, IAM, HeldOut([])))
    assert set(LINE_CHARACTERS).issuperset("".join(texts))
    assert 25 < np.mean([len(text) for text in texts]) < 34
    assert all(text == " ".join(text.split()) != "" for text in texts)
    assert len(set(texts)) > 80  # the corpus has few words


def test_words_are_crossed_out_now_and_then_and_the_sign_stands_alone() -> None:
    texts = draw(LineTexts([*BROWN, "It was # 3 of #4."], IAM, HeldOut([])), 1500)
    crossed = [text for text in texts if CROSSED_OUT in text]
    assert 2 < len(crossed) < 100
    assert all(CROSSED_OUT in text.split(" ") for text in crossed)


def test_no_text_overlaps_with_held_out_pages_even_where_sentences_meet() -> None:
    page = ["the lazy dog it went", "lazy dog it went! Nobody saw it again", "brown. Over the lazy dog"]
    held_out = HeldOut([page])
    texts = draw(LineTexts(BROWN, IAM, held_out))
    assert not [text for text in texts if held_out.overlaps(text)]
    assert any("quick fox" in text for text in texts)


def test_a_hand_that_mixes_cases_writes_the_same_letters_as_capitals_everywhere() -> None:
    for seed in range(50):
        text = mixed_case(np.random.default_rng(seed), "abcdefghijklmnopqrstuvwxyz zyx, 12 abc")
        alphabet, *words = text.split(" ")
        assert text.lower() == "abcdefghijklmnopqrstuvwxyz zyx, 12 abc"
        assert 3 <= sum(letter.isupper() for letter in alphabet) <= 10
        assert set("".join(words)) <= {*alphabet, *"12,"}


def test_pieces_mix_cases_as_often_as_asked() -> None:
    shares = TextShares(forms=0, capitals=0, accents=0, mixed_case=0.3)
    texts = draw(LineTexts(BROWN, IAM, HeldOut([]), shares=shares), 600)
    mixed = [text for text in texts if any(word[1:] != word[1:].lower() for word in text.split())]
    assert 120 < len(mixed) < 210
    plain = draw(LineTexts(BROWN, IAM, HeldOut([]), shares=TextShares(forms=0, capitals=0, accents=0)))
    assert not any(word[1:] != word[1:].lower() for text in plain for word in text.split())
