import zipfile
from pathlib import Path

import pytest

from text_recognizer.datasets.corpora.sentence_generator import (
    SentenceGenerator,
    main,
    plain_spelling,
)
from text_recognizer.errors import ConfigError, DataError
from text_recognizer.vocabulary import EMNIST_CHARACTERS, LINE_CHARACTERS

PARTS = ("train", "validation", "test")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("over-all, it's", "over all its"),
        ("a - b", "a b"),
        ("1/2 and/or", "1 2 and or"),
        ('"(so)?"', "so"),
        ("- ?", ""),
    ],
)
def test_plain_spelling(text: str, expected: str) -> None:
    assert plain_spelling(text) == expected


@pytest.mark.parametrize("plain", [False, True])
@pytest.mark.parametrize("max_length", [2, 5, 34, 200])
def test_texts_fit_and_consist_of_whole_words(brown: Path, plain: bool, max_length: int) -> None:
    generator = SentenceGenerator("test", plain)
    words = set(generator.words)
    allowed = set(f"{EMNIST_CHARACTERS} " if plain else LINE_CHARACTERS)
    for _ in range(200):
        text = generator.generate(max_length if plain else max(max_length, 4))
        assert 1 <= len(text) <= max(max_length, 4 if not plain else 0)
        assert set(text.split(" ")) <= words
        assert set(text) <= allowed


def test_equal_seeds_give_equal_texts(brown: Path) -> None:
    first, second, other = (SentenceGenerator(seed=seed) for seed in (1, 1, 2))
    texts = [[generator.generate(40) for _ in range(20)] for generator in (first, second, other)]
    assert texts[0] == texts[1] != texts[2]


def test_a_length_below_all_words_is_refused(brown: Path) -> None:
    with pytest.raises(ConfigError, match="max_length >= 2"):
        SentenceGenerator(plain=True).generate(1)


def test_refuses_unknown_parts(brown: Path) -> None:
    with pytest.raises(ConfigError, match="validation"):
        SentenceGenerator("val")


def test_a_corpus_without_texts_is_refused(brown: Path) -> None:
    with zipfile.ZipFile(brown, "w") as archive:
        archive.writestr("other.txt", "none")
    generator = SentenceGenerator()
    with pytest.raises(DataError, match=r"brown\.zip"):
        generator.generate(10)


def test_the_command_describes_every_part(brown: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    output = capsys.readouterr().out
    assert all(f"{part}: " in output for part in PARTS)
