"""The Brown corpus (Francis & Kucera 1964), read from `brown.zip` into natural spelling."""

import re

from text_recognizer.datasets.dataset import SPLIT_NAMES
from text_recognizer.datasets.files.archive import read_members
from text_recognizer.datasets.files.download import locate
from text_recognizer.errors import ConfigError, DataError
from text_recognizer.vocabulary import LINE_CHARACTERS

_TEXT_NAME = re.compile(r"brown/c[a-r]\d\d")
_DOUBLED = {";", ":", "?", "!", "--"}  # the corpus sets these twice at some places
_CLOSING = set(",.;:?!)")


def read_brown(part: str) -> list[str]:
    """Return the sentences of the texts that belong to `part`, in natural spelling.

    Of ten consecutive texts one is `test`, one `validation` and eight are `train`: every genre is in every
    part, and no text is in two. Sentences with characters outside LINE_CHARACTERS (formulas, prices) are left
    out.

    Raises:
        ConfigError: If there is no such part.
        DataError: If the corpus is missing or damaged.
    """
    if part not in SPLIT_NAMES:
        raise ConfigError(f"Expected a part of {SPLIT_NAMES}; received {part!r}.")
    archive = locate("brown", "brown.zip")
    texts = {name: content for name, content in read_members(archive) if _TEXT_NAME.fullmatch(name)}
    if not texts:
        raise DataError(f"{archive.name} holds none of the texts brown/ca01 ... Fetch it again.")
    part_of_remainder = {0: "test", 5: "validation"}
    chosen = [
        texts[name] for i, name in enumerate(sorted(texts)) if part_of_remainder.get(i % 10, "train") == part
    ]
    allowed = set(LINE_CHARACTERS)
    lines = (line for text in chosen for line in text.decode("ascii", "replace").splitlines())
    sentences = (natural_spelling(line) for line in lines)
    return [sentence for sentence in sentences if sentence and allowed.issuperset(sentence)]


def natural_spelling(tagged: str) -> str:
    """Return a line of `word/tag` tokens in natural spelling.

    >>> natural_spelling("``/`` Do/do stay/vb ''/'' ,/, he/pps asked/vbd (/( twice/rb )/) ?/. ?/.")
    '"Do stay," he asked (twice)?'
    """
    text, previous, joined, single_open = "", "", True, False
    for token in tagged.split():
        word = token.rpartition("/")[0]
        if word == previous and word in _DOUBLED:
            continue
        previous = word
        if word == "'":
            single_open = not single_open
        opens = word in {"``", "("} or (word == "'" and single_open)
        closes = word in {"''", *_CLOSING} or (word == "'" and not single_open)
        written = word.replace("``", '"').replace("''", '"').replace("--", "-")
        if word in {",", ".", "?", "!"} and text.endswith('"') and not joined:
            # In print the punctuation stands before a closing quote; the corpus has exchanged them.
            text = f'{text[:-1]}{written}"'
        else:
            text += written if joined or closes else f" {written}"
        joined = opens
    return text
