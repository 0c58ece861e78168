"""The Brown corpus in natural spelling, parted."""

import zipfile
from pathlib import Path

import pytest

from text_recognizer.datasets.corpora.brown import natural_spelling, read_brown
from text_recognizer.errors import ConfigError, DataError
from text_recognizer.vocabulary import LINE_CHARACTERS

PARTS = ("train", "validation", "test")


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


def test_unknown_parts_and_foreign_archives_are_refused(brown: Path) -> None:
    with pytest.raises(ConfigError, match="validation"):
        read_brown("val")
    with zipfile.ZipFile(brown, "w") as archive:
        archive.writestr("other.txt", "none")
    with pytest.raises(DataError, match=r"brown\.zip holds none of the texts"):
        read_brown("test")
