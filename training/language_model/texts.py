"""Texts to train the language model on: lines, none of which is in a validation or test split.

Lines of IAM break anywhere in a sentence, so running text is broken into lines of the same lengths.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from text_recognizer.datasets.corpora.brown import read_brown
from text_recognizer.datasets.corpora.plain_text import plain_text
from text_recognizer.datasets.files.download import locate
from text_recognizer.datasets.iam.texts import HeldOut
from text_recognizer.datasets.iam_online.texts import PLACEHOLDER, read_lines
from text_recognizer.vocabulary import LINE_CHARACTERS


def training_lines(
    iam_train: Sequence[str], held_out: HeldOut, seed: int
) -> tuple[list[str], dict[str, dict[str, int]]]:
    """Return the lines to train on and, for each source, how many of its texts were kept and dropped.

    Whatever overlaps with held-out pages is left out: several people wrote each text of IAM, and IAM-OnDB
    shares texts with it. Texts with characters outside LINE_CHARACTERS are left out, too.

    Args:
        iam_train: Texts of the training lines of IAM.
        held_out: Texts of validation and test pages.
        seed: Decides where running text is broken into lines.

    Raises:
        DataError: If a source is missing.
    """
    online = [
        plain_text(line.text)
        for line in read_lines(locate("iam_ondb", "lines.tsv"))
        if PLACEHOLDER not in line.text.lower()
    ]
    sources = {"brown": read_brown("train"), "iam": list(iam_train), "iam_ondb": online}
    counts, kept = {}, {}
    for name, texts in sources.items():
        known = [text for text in texts if text and set(LINE_CHARACTERS).issuperset(text)]
        kept[name] = [text for text in known if not held_out.overlaps(text)]
        counts[name] = {
            "texts": len(kept[name]),
            "characters": sum(map(len, kept[name])),
            "dropped_overlap": len(known) - len(kept[name]),
            "dropped_characters": len(texts) - len(known),
        }
    lengths = [len(line) for line in kept["iam"]]
    kept["brown"] = broken_into_lines(kept["brown"], lengths, np.random.default_rng(seed))
    return [line for lines in kept.values() for line in lines], counts


def broken_into_lines(
    sentences: Iterable[str], lengths: Sequence[int], generator: np.random.Generator
) -> list[str]:
    """Break running text between words into lines about as long as those of a sample.

    Args:
        sentences: The text.
        lengths: Characters of the sample's lines.
        generator: Draws the lengths.
    """
    lines, line = [], ""
    wanted = int(generator.choice(lengths))
    for word in " ".join(sentences).split(" "):
        if line and len(line) + 1 + len(word) > wanted:
            lines.append(line)
            line, wanted = word, int(generator.choice(lengths))
        else:
            line = f"{line} {word}" if line else word
    return [*lines, line] if line else lines
