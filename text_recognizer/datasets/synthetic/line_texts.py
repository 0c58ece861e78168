"""Texts of synthetic lines: pieces of running text, or entries of forms; nothing of held-out pages."""

import logging
import re
from collections.abc import Iterable, Sequence

import numpy as np

from text_recognizer.datasets.corpora.brown import read_brown
from text_recognizer.datasets.iam.dataset import IamDataset
from text_recognizer.datasets.iam.texts import HeldOut, iam_texts
from text_recognizer.datasets.synthetic.form_texts import form_text
from text_recognizer.vocabulary import LINE_CHARACTERS

logger = logging.getLogger(__name__)

CROSSED_OUT = "#"  # what IAM writes for words that the writer crossed out
_FORMS, _CAPITALS, _CORRECTED = 0.2, 0.03, 0.015
_IAM = 0.25  # of the running text
_TRIES = 20


class RunningText:
    """Sentences one behind the other, of which any run of words can be taken."""

    def __init__(self, sentences: Iterable[str]) -> None:
        """Take the sentences."""
        self.text = " ".join(" ".join(sentences).split())
        starts = [match.end() for match in re.finditer("^| ", self.text)]
        self._starts = np.array([*starts, len(self.text) + 1], np.int64)  # of the words, and of none

    def piece(self, rng: np.random.Generator, length: int) -> str:
        """Return a run of whole words, one at least, whose length is as near to `length` as it can be."""
        first = int(rng.integers(len(self._starts) - 1))
        start = int(self._starts[first])
        ends = self._starts[first + 1 : first + length // 2 + 3] - 1
        nearest = int(ends[np.abs(ends - start - length).argmin()])
        return self.text[start:nearest]


class LineTexts:
    """Draws the text of a line."""

    def __init__(self, brown: Iterable[str], iam: Iterable[str], held_out: HeldOut) -> None:
        """Take the sentences of Brown, the lines of IAM train, and what no text may overlap with."""
        self._held_out = held_out
        self._sources = [RunningText(self._allowed(texts)) for texts in (brown, iam)]

    @property
    def sources(self) -> list[str]:
        """The running texts: all that decides, with a seed, on the texts."""
        return [source.text for source in self._sources]

    def _allowed(self, texts: Iterable[str]) -> list[str]:
        known = set(LINE_CHARACTERS) - {CROSSED_OUT}
        return [text for text in texts if known.issuperset(text) and not self._held_out.overlaps(text)]

    def draw(self, rng: np.random.Generator, length: int) -> str:
        """Return a text of about `length` characters of LINE_CHARACTERS.

        Pieces that overlap with held-out pages, which they may where two sentences meet, are drawn again.
        """
        for _ in range(_TRIES):
            text = self._any(rng, length)
            if not self._held_out.overlaps(text):
                return text
        return form_text(rng, length)

    def _any(self, rng: np.random.Generator, length: int) -> str:
        if rng.random() < _FORMS:
            return form_text(rng, length)
        text = self._sources[int(rng.random() < _IAM)].piece(rng, length)
        if rng.random() < _CAPITALS:
            return text.upper()
        if rng.random() < _CORRECTED:
            words = text.split(" ")
            words.insert(int(rng.integers(len(words) + 1)), CROSSED_OUT)
            return " ".join(words)
        return text


def load_line_texts() -> tuple[LineTexts, Sequence[int]]:
    """Return the texts of Brown and IAM train, and the lengths of the lines of IAM train.

    Raises:
        DataError: If Brown or IAM is missing.
    """
    iam = IamDataset()
    iam.load_or_generate_data()
    texts, held_out = iam_texts(iam)
    return LineTexts(read_brown("train"), texts["train"], held_out), [len(text) for text in texts["train"]]
