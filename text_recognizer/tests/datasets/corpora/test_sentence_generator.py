import sys
import zipfile
from pathlib import Path

import pytest

from text_recognizer.datasets.corpora.brown import natural_spelling, read_brown
from text_recognizer.datasets.corpora.sentence_generator import (
    SentenceGenerator,
    main,
    plain_spelling,
)
from text_recognizer.errors import ConfigError, DataError
from text_recognizer.tests.datasets import toy_data
from text_recognizer.vocabulary import EMNIST_CHARACTERS, LINE_CHARACTERS

PARTS = ("train", "validation", "test")


@pytest.fixture
def brown(data_root: Path, metadata_root: Path) -> Path:
    """A small corpus in the data root, with metadata that state no digest."""
    (metadata_root / "brown").mkdir()
    (metadata_root / "brown" / "metadata.toml").write_text(
        'filename = "brown.zip"\nurl = "http://127.0.0.1"\nlicence = ""\ncitation = ""\n'
    )
    path = data_root / "raw" / "brown" / "brown.zip"
    toy_data.write_brown(path)
    return path


@pytest.mark.parametrize(
    ("tagged", "expected"),
    [
        ("The/at jury/nn said/vbd ,/, ``/`` no/at ''/'' ./.", 'The jury said, "no."'),
        ("``/`` Go/vb ''/'' ,/, he/pps said/vbd ./.", '"Go," he said.'),
        ("``/`` Our/pp$ luck/nn ''/'' !/. !/.", '"Our luck!"'),
        ("Why/wrb ?/. ?/.", "Why?"),
        ("one/cd (/( or/cc two/cd )/) :/: three/cd ;/. ;/. four/cd", "one (or two): three; four"),
        ("the/at '/' pro/jj '/' letters/nns", "the 'pro' letters"),
        ("``/`` '/' See/vb Joe/np '/' ''/'' ,/, he/pps says/vbz", "\"'See Joe',\" he says"),
        ("Atlanta's/np$ over-all/jj plan/nn --/-- good/jj", "Atlanta's over-all plan - good"),
        ("1/2/cd and/or/cc", "1/2 and/or"),
        ("", ""),
    ],
)
def test_natural_spelling(tagged: str, expected: str) -> None:
    assert natural_spelling(tagged) == expected


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


def test_parts_share_no_text(brown: Path) -> None:
    words = {
        part: {w for s in read_brown(part) for w in s.split() if w not in {"\"It's", "said"}}
        for part in PARTS
    }
    assert all(words.values())
    for one in PARTS:
        for other in PARTS:
            assert one == other or not words[one] & words[other]


def test_only_known_characters_are_left(brown: Path) -> None:
    with zipfile.ZipFile(brown, "a") as archive:
        archive.writestr("brown/ca99", "It/x cost/v $5/n ./.\nIt/x cost/v five/n ./.\n")
    text = " ".join(read_brown("test"))
    assert "cost five." in text
    assert not set(text) - set(LINE_CHARACTERS)


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


def test_the_command_describes_every_part(
    brown: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["sentence_generator"])
    main()
    output = capsys.readouterr().out
    assert all(f"{part}: " in output for part in PARTS)
