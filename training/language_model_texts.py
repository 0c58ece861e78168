"""What the language model is trained on: lines of text, none of which validation or test hold.

Lines of IAM break anywhere in a sentence, so running text is broken into lines as long as those of IAM.
"""

import re
from collections.abc import Iterable, Sequence

import numpy as np

from text_recognizer.datasets.brown import read_brown
from text_recognizer.datasets.download import locate
from text_recognizer.datasets.iam_dataset import IamDataset
from text_recognizer.datasets.iam_online_texts import PLACEHOLDER, read_lines
from text_recognizer.datasets.plain_text import plain_text
from text_recognizer.vocabulary import LINE_CHARACTERS

OVERLAP_WORDS = 5
_NOT_A_WORD = re.compile(r"[^a-z0-9 ]")


class HeldOut:
    """Recognizes text of validation and test, whatever its case, punctuation and line breaks."""

    def __init__(self, pages: Iterable[Sequence[str]]) -> None:
        """Take the lines of every held-out page in their order."""
        self._lines: set[str] = set()
        self._runs: set[tuple[str, ...]] = set()
        for lines in pages:
            self._lines |= {normalised(line) for line in lines}
            self._runs |= word_runs(" ".join(lines))  # runs that cross a line's end, too

    def is_line(self, text: str) -> bool:
        """Tell whether a held-out line reads the same."""
        return normalised(text) in self._lines

    def overlaps(self, text: str) -> bool:
        """Tell whether `text` is such a line or shares `OVERLAP_WORDS` consecutive words with the pages."""
        return self.is_line(text) or not self._runs.isdisjoint(word_runs(text))


def normalised(text: str) -> str:
    """Return the words of a text alone.

    >>> normalised('"Life-Peers," he said.')
    'life peers he said'
    """
    return " ".join(_NOT_A_WORD.sub("", re.sub(r"[\s-]+", " ", text.lower())).split())


def word_runs(text: str) -> set[tuple[str, ...]]:
    """Return all runs of `OVERLAP_WORDS` words."""
    words = normalised(text).split()
    return {tuple(words[i : i + OVERLAP_WORDS]) for i in range(len(words) - OVERLAP_WORDS + 1)}


def iam_texts(iam: IamDataset) -> tuple[dict[str, list[str]], HeldOut]:
    """Return the transcripts of train and validation, with or without an image, and what is held out.

    Train is what the recognizers train on: the lines of the split and those of no split whose writer is in
    neither validation nor test.
    """
    split_of_form = {form: iam.split_of_form(form) for form in iam.forms}
    held_out = {"validation", "test"}
    taken = {iam.forms[form].writer for form, split in split_of_form.items() if split in held_out}
    texts: dict[str, list[str]] = {"train": [], "validation": []}
    pages = []
    for name, form in sorted(iam.forms.items()):
        if form.writer in taken:
            pages.append([line.text for line in form.lines])
        else:
            texts["train"] += [line.text for line in form.lines]
        if split_of_form[name] == "validation":
            texts["validation"] += [
                line.text for line in form.lines if iam.split_of_line.get(line.id) == "validation"
            ]
    return texts, HeldOut(pages)


def training_lines(
    iam_train: Sequence[str], held_out: HeldOut, seed: int
) -> tuple[list[str], dict[str, dict[str, int]]]:
    """Return the lines to train on and, for each source, how many of its texts were kept and dropped.

    Whatever overlaps with held-out pages is left out: of IAM the forms of one text were written by several
    people, and IAM-OnDB shares texts with it. What has characters outside of LINE_CHARACTERS is, too.

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
